// The survey on a tablet at the counter, or on a helper's phone, for one person after another. The page is never left: a form is kept on the
// tablet until the server has it (offline.js), the person is thanked, and after a pause the next one finds it empty.
//
// Each person takes a token of a few that were fetched ahead, so that the tablet goes on without network; with network
// they are replaced every quarter of an hour. Nothing of an answer stays once it is sent, and nothing of it is shown to
// the next person: neither in the form, nor by the Back button, nor of those that wait but their number.
var TOKENS_LAST = 13 * 864e5;
var REFILL_EVERY = 9e5;
var WARN_BEFORE = 15;
var frame = document.getElementById("kiosk");
var form = document.forms[0];
var main = form.parentNode;
var language = document.documentElement.lang;
var home = frame.getAttribute("data-home");
var homes = JSON.parse(frame.getAttribute("data-homes"));
var sources = JSON.parse(frame.getAttribute("data-tokens"));
var version = frame.getAttribute("data-version");
var pause = frame.getAttribute("data-pause") * 1e3;
var quiet = frame.getAttribute("data-quiet") * 1e3;
var POOL = "kiosk." + location.pathname + ".";
var spare = form.elements.token.value;
var opened = Date.now();
var touched = opened;
var begun = false;
var thanking = false;
var warned = false;
var mine;
var said = region(null, frame);
var notice = region(form.nextSibling, main);
var warning = region(null, document.body);
var queued = region(null, document.body);

function takeToken() {
  var pool;
  try {
    pool = JSON.parse(store.getItem(POOL + language));
  } catch (error) {}
  if (pool && pool.version === version && Date.now() - pool.time < TOKENS_LAST && pool.tokens.length) {
    var token = pool.tokens.shift();
    store.setItem(POOL + language, JSON.stringify(pool));
    return token;
  }
  var last = Date.now() - opened < TOKENS_LAST ? spare : "";
  spare = "";
  return last;
}

// Fetch tokens for the next people. A page that asks other questions by now, or a link that was closed, is opened anew
// when nobody is at it.
function refill() {
  Object.keys(sources).forEach(function (one) {
    var request = new XMLHttpRequest();
    request.open("GET", sources[one]);
    request.timeout = 3e4;
    request.onloadend = function () {
      var answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch (error) {}
      if (request.status === 200 && answer.version === version) {
        answer.time = Date.now();
        store.setItem(POOL + one, JSON.stringify(answer));
      } else if ((answer.version || request.status === 403 || request.status === 410) && !begun && !thanking) {
        location.reload();
      }
    };
    request.send();
  });
}

// Keep the page itself, without any token, for a restart without network; where the browser can.
function keepPages() {
  if (!window.caches || !navigator.serviceWorker) {
    return;
  }
  var nothing = function () {};
  navigator.serviceWorker.register(frame.getAttribute("data-worker")).then(nothing, nothing);
  caches.open("kiosk").then(function (cache) {
    Object.keys(homes).forEach(function (one) {
      var address = new URL(homes[one], location.href).href;
      fetch(address + (address.indexOf("?") < 0 ? "?" : "&") + "shell=1").then(function (page) {
        return page.ok && page.clone().text().then(function (text) {
          return cache.add(text.match(/<script src=.([\w/.-]+)/)[1]).then(function () {
            return cache.put(address, page);
          });
        });
      }).then(nothing, nothing);
    });
  });
}

function show(thanks) {
  thanking = thanks;
  for (var i = 0; i < main.children.length; i++) {
    main.children[i].style.display = thanks ? "none" : "";
  }
  frame.hidden = !thanks;
  frame.style.display = "";
  window.scrollTo(0, 0);
}

function reset() {
  begun = warned = false;
  mine = "";
  form.reset();
  say(notice, "");
  say(warning, "");
  show(false);
  if (document.activeElement) {
    document.activeElement.blur();
  }
  if (homes[language] !== home) {
    location.replace(home);
  }
}

function countQueued() {
  var count = kept().length;
  queued.textContent = count ? words.queued.replace("{count}", count) : "";
  queued.className = "queued";
}

function ended(outcome, answer, key) {
  if (outcome === "refused") {
    store.removeItem(key);
    refill();
  }
  countQueued();
  if (key !== mine || !thanking) {
    return;
  }
  if (outcome === "sent") {
    say(said, words.saved + " " + words.receipt.replace("{code}", answer.receipt));
  } else if (outcome === "later") {
    say(said, words.waiting);
  } else {
    show(false);
    say(notice, answer.problem);
    notice.scrollIntoView();
  }
}

function submitted(event) {
  event.preventDefault();
  if (thanking) {
    return;
  }
  var token = rated(form) && takeToken();
  if (!token) {
    return say(notice, rated(form) ? words.empty : words.nothing);
  }
  try {
    mine = keep(bodyOf(form, token), token, location.pathname + location.search);
  } catch (error) {
    form.elements.token.value = token;
    return form.submit();
  }
  show(true);
  say(said, words.sending);
  attempts = 0;
  flush(ended);
  countQueued();
  setTimeout(function () {
    if (thanking) {
      reset();
    }
  }, pause);
}

// Clear a form that somebody has left, never while somebody is at it: any touch begins the quiet time anew.
function watch() {
  if (thanking || !(begun || homes[language] !== home || window.pageYOffset)) {
    return;
  }
  var idle = Date.now() - touched;
  if (idle >= quiet) {
    reset();
  } else if (idle >= quiet - WARN_BEFORE * 1e3 && !warned) {
    warned = true;
    say(warning, words.quiet.replace("{count}", Math.ceil((quiet - idle) / 1e3)));
    warning.className = "note warning";
  }
}

if (store) {
  form.addEventListener("submit", submitted);
  ["input", "change"].forEach(function (kind) {
    form.addEventListener(kind, function () {
      begun = true;
    });
  });
  ["input", "change", "keydown", "mousedown", "touchstart", "scroll"].forEach(function (kind) {
    document.addEventListener(kind, function () {
      touched = Date.now();
      if (warned) {
        warned = false;
        say(warning, "");
      }
    });
  });
  document.getElementsByTagName("nav")[0].addEventListener("click", function (event) {
    if (event.target.href) {
      event.preventDefault();
      location.replace(event.target.href);
    }
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      reset();
    }
  });
  window.addEventListener("online", function () {
    attempts = 0;
    flush(ended);
    refill();
  });
  setInterval(watch, 1e3);
  setInterval(refill, REFILL_EVERY);
  refill();
  keepPages();
  flush(ended);
  countQueued();
}
