// Two people, one phone, the Back button: each must get a form of their own.
//
// The survey page is not to be stored, so Back fetches a new one, without any script. But some browsers keep the whole
// page in memory all the same and bring it back as it was left: then its key is spent, and a second person's answer would
// be taken for the first one sent twice. So a page that comes back from memory after it was sent asks for a fresh one.
// A page that was only left in the middle keeps its choices.
(function () {
  "use strict";
  var sent = false;
  document.addEventListener("submit", function () {
    sent = true;
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && sent) {
      window.location.reload();
    }
  });
})();
