// The survey page on a person's own phone: choices survive a reload, a form waits where there is no network.
//
// Phones are shared. What is half filled in lives in this tab only (sessionStorage), for ten minutes, and is erased when
// the form is sent; of a form that waits, the page says only that there is one.
var DRAFT = PREFIX + "draft";
var DRAFT_LASTS = 6e5;
var form = document.forms[0];
var token = form && form.elements.token;
var here = location.pathname.toUpperCase();
var heading = document.getElementsByTagName("h1")[0];
var notes = store && region(heading.nextSibling, heading.parentNode);
var state = store && token && region(form.nextSibling, form.parentNode);
var left;
var mine;

function draft(body, path) {
  try {
    if (body === undefined) {
      sessionStorage.removeItem(DRAFT);
    } else {
      sessionStorage.setItem(DRAFT, JSON.stringify({ path: path, time: Date.now(), body: body }));
    }
  } catch (error) {}
}

function restore() {
  try {
    var found = JSON.parse(sessionStorage.getItem(DRAFT));
    if (found.path !== here || Date.now() - found.time > DRAFT_LASTS) {
      return draft();
    }
    found.body.split("&").forEach(function (pair) {
      var parts = pair.split("=").map(decodeURIComponent);
      if (parts[1]) {
        form.elements[parts[0]].value = parts[1];
      }
    });
    say(notes, words.kept);
    offer(notes, words.clear, function () {
      draft();
      form.reset();
    });
  } catch (error) {}
}

// What the person sees of forms that waited here before this page was opened: only that there are some.
function showOthers(outcome) {
  var waits = 0;
  var refused;
  kept().forEach(function (one) {
    if (one[1].refused) {
      refused = one;
    } else if (one[0] !== mine) {
      waits++;
    }
  });
  if (outcome === "sent") {
    say(notes, words.thanks + " " + words.saved);
  } else if (refused) {
    say(notes, refused[1].refused);
    offer(notes, words.open, function () {
      draft(refused[1].body.replace(/&?token=[^&]*/, ""), refused[1].address.split("?")[0].toUpperCase());
      store.removeItem(refused[0]);
      location.href = refused[1].address;
    });
    offer(notes, words.clear, function () {
      store.removeItem(refused[0]);
    });
  } else if (waits) {
    say(notes, words.queued.replace("{count}", waits) + (outcome ? " " + words.waiting : ""));
  }
}

function ended(outcome, answer, key) {
  if (key !== mine) {
    return showOthers(outcome);
  }
  if (outcome === "sent") {
    location.href = answer.thanks;
  } else if (outcome === "refused") {
    // The plain way shows the page again, with the choices, the reason and a fresh key.
    store.removeItem(key);
    form.style.display = "";
    form.submit();
  } else {
    form.style.display = "none";
    say(state, answer.problem || words.waiting);
    state.tabIndex = -1;
    state.focus();
  }
}

function submitted(event) {
  left = rated(form);
  if (!store) {
    return;
  }
  if (!left) {
    if (!navigator.onLine) {
      event.preventDefault();
      say(state, words.nothing);
    }
    return;
  }
  try {
    mine = keep(bodyOf(form, token.value), token.value, location.pathname + location.search);
  } catch (error) {
    // No room on the phone, or letters that cannot be sent: the plain way.
    return;
  }
  event.preventDefault();
  draft();
  say(notes, "");
  say(state, words.sending);
  attempts = 0;
  flush(ended);
}

if (token) {
  document.addEventListener("submit", submitted);
  if (store && !document.querySelector(".problems")) {
    restore();
    ["input", "change"].forEach(function (kind) {
      form.addEventListener(kind, function () {
        draft(bodyOf(form), here);
      });
    });
  }
} else {
  draft();
}
if (store) {
  window.addEventListener("online", function () {
    attempts = 0;
    flush(ended);
  });
  flush(ended);
  showOthers();
}

// Two people, one phone, the Back button: each must get a form of their own. The page is not to be stored, so Back
// fetches a new one, without any script. But some browsers keep the whole page in memory all the same and bring it back
// as it was left: with its key spent. So a page that comes back from memory after it was sent asks for a fresh one.
window.addEventListener("pageshow", function (event) {
  if (event.persisted && left) {
    location.reload();
  }
});
