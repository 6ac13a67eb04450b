/*
 * Contacts on a poor signal: what was typed stays on the page and is sent once.
 *
 * Every form marked data-contact is sent by fetch with its own submission id, so sending again is the same contact. Without a
 * signal it is tried again when the signal is back, and every 15 seconds; after an expired sign-in it waits for "Send now".
 * Nothing is kept anywhere but on this page. Without this script the forms post by themselves.
 */
(function () {
  "use strict";

  var AGAIN = 15000;
  var LONGEST = 20000; // a phone between two masts may wait for ever
  var NO_SIGNAL = "No signal. Your words are still on this page; they are sent once when the signal is back.";
  var SENDING = "Sending.";
  var SIGN_IN = "You are signed out. Your words are still on this page. Sign in in another window, come back, then send them.";
  var SOMEBODY_ELSE = "Somebody else is signed in on this device now. Your words are still on this page; they are not sent as theirs.";
  var TROUBLE = "That did not work just now. Your words are still on this page; they are tried again.";
  var NOT_TAKEN = "This could not be saved; the person may be with somebody else by now. Your words are still on this page.";
  var waiting = new Map(); // form -> what it sends with its button
  var going = new Set();
  var opened = new Date();
  var leaving = false;

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || !form.matches("form[data-contact]")) {
      return;
    }
    event.preventDefault();
    if (!waiting.has(form)) {
      waiting.set(form, event.submitter && event.submitter.name ? [event.submitter.name, event.submitter.value] : null);
      stamp(form);
    }
    send(form);
  });

  window.addEventListener("online", sendAll);
  window.setInterval(sendAll, AGAIN);

  window.addEventListener("beforeunload", function (event) {
    if (!leaving && (waiting.size || hasWords())) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  function sendAll() {
    waiting.forEach(function (button, form) {
      if (!form.dataset.signedOut) {
        send(form);
      }
    });
  }

  /* A tap is a contact of its own day, also when the signal comes back after midnight. */
  function stamp(form) {
    if (form.elements.on) {
      return;
    }
    var now = new Date();
    var days = Math.round((noon(now) - noon(opened)) / 86400000);
    var day = new Date(form.dataset.today + "T12:00:00Z");
    day.setUTCDate(day.getUTCDate() + days);
    var field = document.createElement("input");
    field.type = "hidden";
    field.name = "on";
    field.value = day.toISOString().slice(0, 10);
    form.appendChild(field);
  }

  function noon(moment) {
    return Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate(), 12);
  }

  function send(form) {
    if (going.has(form)) {
      return;
    }
    going.add(form);
    say(form, SENDING);
    var data = new FormData(form);
    var button = waiting.get(form);
    if (button) {
      data.set(button[0], button[1]);
    }
    ask(form.action, { method: "POST", body: data, headers: { "X-Peerload-Keeps-Words": "1" } })
      .then(function (response) { return answered(form, response); })
      .catch(function () { say(form, NO_SIGNAL, "wifi-off"); })
      .finally(function () { going.delete(form); });
  }

  function ask(url, options) {
    var stop = new AbortController();
    var timer = window.setTimeout(function () { stop.abort(); }, LONGEST);
    options.signal = stop.signal;
    options.credentials = "same-origin";
    return window.fetch(url, options).finally(function () { window.clearTimeout(timer); });
  }

  function answered(form, response) {
    if (response.status === 401 || response.status === 403 || isSignIn(response)) {
      var first = !form.dataset.signedOut;
      form.dataset.signedOut = "1";
      return first ? sendAsMember(form) : say(form, SIGN_IN, "key", true);
    }
    if (response.status >= 500 || response.status === 429) {
      say(form, TROUBLE, "exclamation-circle");
      return null;
    }
    if ((response.headers.get("Content-Type") || "").indexOf("application/json") === 0) {
      return response.json().then(function (saved) {
        waiting.delete(form);
        done(form, saved.next);
      });
    }
    if ([200, 409, 422].indexOf(response.status) === -1) {
      waiting.delete(form);
      say(form, NOT_TAKEN, "exclamation-circle");
      return null;
    }
    return response.text().then(function (page) { refused(form, page, response.url); });
  }

  function isSignIn(response) {
    return response.redirected && new URL(response.url).pathname.indexOf("/account/") === 0;
  }

  /* Saved. Others that wait for a signal on this page are not left behind. */
  function done(form, next) {
    if (waiting.size) {
      form.replaceChildren(note("Logged.", "check-circle", "good"));
      return;
    }
    leaving = true;
    window.location.assign(next);
  }

  /* Not saved, and the answer says why: it takes the place of the page, unless others still wait here. */
  function refused(form, page, url) {
    waiting.delete(form);
    var main = new DOMParser().parseFromString(page, "text/html").querySelector("main");
    if (!main) {
      say(form, TROUBLE, "exclamation-circle");
      return;
    }
    if (waiting.size) {
      form.closest("details, section").replaceChildren(main.querySelector(".pl-narrow, .pl-card") || main);
      return;
    }
    document.querySelector("main").replaceWith(main);
    if (url !== window.location.href) {
      window.history.pushState(null, "", url);
    }
    var first = main.querySelector("[role=alert]") || main;
    first.tabIndex = -1;
    first.focus();
    window.scrollTo(0, 0);
  }

  window.addEventListener("popstate", function () { window.location.reload(); });

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("button[data-send-now]");
    if (button) {
      sendAsMember(button.closest("form"));
    }
  });

  /* Signed in again in another window: take that sign-in's token, and send only as the same member. */
  function sendAsMember(form) {
    return ask("/contacts/token/", { headers: { Accept: "application/json", "X-Peerload-Keeps-Words": "1" } })
      .then(function (response) {
        if (!response.ok || isSignIn(response)) {
          say(form, SIGN_IN, "key", true);
          return null;
        }
        return response.json().then(function (fresh) {
          if (fresh.by !== form.dataset.by) {
            say(form, SOMEBODY_ELSE, "key", true);
            return;
          }
          document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach(function (field) { field.value = fresh.token; });
          going.delete(form);
          send(form);
        });
      })
      .catch(function () { say(form, NO_SIGNAL, "wifi-off", true); });
  }

  function hasWords() {
    return Array.prototype.some.call(document.querySelectorAll("form[data-contact] textarea"), function (field) {
      return field.value !== field.defaultValue;
    });
  }

  function say(form, words, icon, signIn) {
    var place = form.querySelector("[data-said]");
    if (!place) {
      place = document.createElement("div");
      place.dataset.said = "";
      place.setAttribute("role", "status");
      form.appendChild(place);
    }
    if (place.dataset.said === words || (words === SENDING && place.dataset.said)) {
      return; // tried again, and nothing new to say
    }
    if (words === SENDING) {
      place.replaceChildren(soft(words));
      return;
    }
    place.dataset.said = words;
    place.replaceChildren(note(words, icon, "watch", signIn));
    place.scrollIntoView({ block: "nearest" });
  }

  function soft(words) {
    var line = document.createElement("p");
    line.className = "pl-soft mb-0";
    line.textContent = words;
    return line;
  }

  function note(words, icon, tint, signIn) {
    var box = document.createElement("div");
    var inner = document.createElement("div");
    var line = document.createElement("p");
    box.className = "pl-notice pl-notice--" + tint;
    line.textContent = words;
    inner.appendChild(line);
    if (signIn) {
      inner.appendChild(ways());
    }
    box.appendChild(drawn(icon));
    box.appendChild(inner);
    return box;
  }

  function ways() {
    var row = document.createElement("p");
    var now = document.createElement("button");
    var link = document.createElement("a");
    row.className = "pl-actions align-items-center";
    now.type = "button";
    now.className = "btn btn-secondary btn-sm";
    now.dataset.sendNow = "";
    now.textContent = "Send now";
    link.className = "btn btn-link btn-sm";
    link.href = "/account/login/";
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Sign in in another window";
    row.append(link, now);
    return row;
  }

  function drawn(icon) {
    var known = document.querySelector("svg.pl-icon use");
    var sprite = known ? known.getAttribute("href").split("#")[0] : "/static/peerload/icons.svg";
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    var use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "pl-icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", sprite + "#" + icon);
    svg.appendChild(use);
    return svg;
  }
})();
