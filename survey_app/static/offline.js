// Forms on their way: kept on the phone until the server has them, sent again after a failure, sent once.
//
// A fragment: survey_app/citizen/script.py puts it, and the fragment of the page's kind, into one function with the
// page's words (`words`). Written for engines of 2014: no arrow functions, no promises, no fetch.
// A form is kept under the end of its token, so that it lies here once, however often it was pressed; the server counts
// a token once, however often it comes. There is no service worker: the page itself, with its token, is never stored.
var PREFIX = "phieu.";
var LONGEST_WAIT = 28 * 864e5;
var busy = {};
var attempts = 0;
var timer = 0;
var store = (function () {
  try {
    var found = window.localStorage;
    found.setItem(PREFIX, "1");
    found.removeItem(PREFIX);
    return found;
  } catch (error) {
    return null;
  }
})();

// Every form that lies here, as [key, form]; what lay here for too long is erased unseen.
function kept() {
  var found = [];
  for (var i = store.length; i--; ) {
    var key = store.key(i);
    if (key.indexOf(PREFIX) === 0) {
      var form = JSON.parse(store.getItem(key));
      if (Date.now() - form.time < LONGEST_WAIT) {
        found.push([key, form]);
      } else {
        store.removeItem(key);
      }
    }
  }
  return found;
}

// Keep a form to be sent to an address. Throws when the phone has no room.
function keep(body, token, address) {
  var key = PREFIX + token.slice(-16);
  store.setItem(key, JSON.stringify({ body: body, address: address, time: Date.now() }));
  return key;
}

// Send one kept form. `ended(outcome, answer, key)`: "sent", "refused" (it stays, marked), or "later" (it waits).
function send(key, form, ended) {
  if (busy[key]) {
    return;
  }
  busy[key] = true;
  var request = new XMLHttpRequest();
  request.open("POST", form.address);
  request.timeout = 3e4;
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
  request.onloadend = function () {
    var answer = {};
    delete busy[key];
    try {
      answer = JSON.parse(request.responseText);
    } catch (error) {
      if (/\/thanks\//.test(request.responseURL || "")) {
        answer.thanks = request.responseURL;
      }
    }
    if (request.status === 200 && answer.thanks) {
      store.removeItem(key);
      attempts = 0;
      ended("sent", answer, key);
    } else if (request.status === 422 || (answer.problem && request.status < 500)) {
      form.refused = answer.problem || " ";
      store.setItem(key, JSON.stringify(form));
      ended("refused", answer, key);
    } else {
      ended("later", answer, key);
    }
  };
  request.send(form.body);
}

// Send everything that waits, now and again later, until nothing waits: after 2, 4, 8 … 60 seconds.
function flush(ended) {
  clearTimeout(timer);
  var waits = 0;
  kept().forEach(function (one) {
    if (!one[1].refused) {
      waits = 1;
      send(one[0], one[1], ended);
    }
  });
  if (waits) {
    attempts++;
    timer = setTimeout(flush, Math.min(60, Math.pow(2, attempts)) * 1e3, ended);
  }
}

// What was chosen and written, as a browser would send it.
function bodyOf(form, token) {
  var pairs = [];
  for (var i = 0; i < form.elements.length; i++) {
    var field = form.elements[i];
    if (field.name && field.name !== "token" && (field.type !== "radio" || field.checked)) {
      pairs.push(encodeURIComponent(field.name) + "=" + encodeURIComponent(field.value));
    }
  }
  if (token) {
    pairs.push("token=" + encodeURIComponent(token));
  }
  return pairs.join("&");
}

function rated(form) {
  return form.querySelector(".scale input:checked:not([value=''])");
}

// A place below or above the form where a change is also heard by who cannot see it.
function region(before, parent) {
  var made = document.createElement("p");
  made.setAttribute("role", "status");
  parent.insertBefore(made, before);
  return made;
}

function say(where, text) {
  where.textContent = text;
  where.className = text && "note";
}

function offer(where, text, action) {
  var button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.onclick = function () {
    say(where, "");
    action();
  };
  where.appendChild(button);
}
