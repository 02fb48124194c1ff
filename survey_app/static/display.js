// The counter's screen: counts down, fetches the next code, and hides an old one when there is no network.
var GRACE = 120;
var end;
var asking = false;

function start() {
  end = Date.now() + 1e3 * document.getElementById("display").getAttribute("data-left");
}

function fetchNext() {
  asking = true;
  var request = new XMLHttpRequest();
  request.open("GET", location.href);
  request.timeout = 2e4;
  request.onloadend = function () {
    asking = false;
    var fresh = request.status === 200 && new DOMParser().parseFromString(request.responseText, "text/html");
    var main = fresh && fresh.getElementById("display");
    if (main) {
      document.body.replaceChild(document.importNode(main, true), document.getElementById("display"));
      start();
    }
  };
  request.send();
}

start();
setInterval(function () {
  var left = Math.ceil((end - Date.now()) / 1e3);
  var stale = left < -GRACE;
  document.body.className = stale ? "stale" : "";
  document.getElementById("left").textContent = stale ? words.stale : words.left.replace("{count}", Math.max(left, 0));
  if (left <= -1 && !asking && left % 5 === -1) {
    fetchNext();
  }
}, 1e3);
