/*
 * Forms on a poor signal: what was typed stays on the page and is sent once.
 *
 * Every form that is posted is sent by fetch: the server answers where to go next, or with a page that says why it was not
 * saved. Without a signal it is tried again when the signal is back, and every 15 seconds; after an expired sign-in it waits
 * for "Send now". What makes sending twice safe is in the form: its submission id, or what it was filled from. Left out are
 * files, passwords, and everything about signing in and out. Words are kept nowhere but on this page; of the four answers
 * alone answers.js keeps which was tapped. Without this script the forms post by themselves.
 */
(function () {
  "use strict";

  var AGAIN = 15000;
  var LONGEST = 20000; // a phone between two masts may wait for ever
  var KEEPS_WORDS = { "X-Peerload-Keeps-Words": "1" };
  var TYPED = "textarea, input:not([type]), input[type=text], input[type=number], input[type=tel], input[type=email], input[type=date], input[type=time]";
  var by = document.body.dataset.by; // the member who is signed in; nobody's forms are left alone
  var waiting = new Map(); // form -> its button, the moment of the first tap
  var going = new Set();
  var refusedHere = false; // a refused form stands on the page with what was typed
  var leaving = false;

  if (!by) {
    return;
  }
  var WORDS = JSON.parse(document.getElementById("script-words").textContent); // peerload/ui/script_words.py
  window.peerload = { note: note, words: WORDS }; // answers.js draws its bar with them

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || !guards(form)) {
      return;
    }
    event.preventDefault();
    if (!waiting.has(form)) {
      waiting.set(form, { button: event.submitter, at: Date.now(), ticks: performance.now() });
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

  function guards(form) {
    return (
      form.method === "post" &&
      form.enctype !== "multipart/form-data" &&
      !form.target &&
      address(form).origin === window.location.origin &&
      address(form).pathname.indexOf("/account/") !== 0 &&
      !form.querySelector("input[type=password], input[type=file]")
    );
  }

  function address(form) {
    return new URL(form.getAttribute("action") || "", window.location.href);
  }

  function sendAll() {
    waiting.forEach(function (tap, form) {
      if (!form.dataset.signedOut) {
        send(form);
      }
    });
  }

  /* Seconds since the tap. The server reckons from them when it was, so a wrong clock on the phone changes nothing. */
  function waited(tap) {
    var passed = Date.now() - tap.at;
    return Math.round(Math.max(passed < 0 ? performance.now() - tap.ticks : passed, 0) / 1000);
  }

  function send(form) {
    if (going.has(form)) {
      return;
    }
    going.add(form);
    say(form, WORDS.sending);
    var data = new FormData(form);
    var tap = waiting.get(form);
    if (tap.button && tap.button.name) {
      data.set(tap.button.name, tap.button.value);
    }
    if (data.has("answer")) {
      data.set("waited", waited(tap));
    }
    var slow = window.setTimeout(function () { keep(form, data, tap); }, 1500);
    ask(address(form).href, { method: "POST", body: data, headers: KEEPS_WORDS, keepalive: data.has("answer") })
      .then(function (response) { return answered(form, response, data); })
      .catch(function () {
        keep(form, data, tap);
        say(form, WORDS.no_signal, "wifi-off");
      })
      .finally(function () {
        window.clearTimeout(slow);
        going.delete(form);
      });
  }

  /* One of the four answers outlives this page: see answers.js. */
  function keep(form, data, tap) {
    if (waiting.has(form)) {
      tell("answer-waits", { path: address(form).pathname, data: data, at: tap.at });
    }
  }

  function tell(what, detail) {
    document.dispatchEvent(new CustomEvent("peerload:" + what, { detail: detail }));
  }

  function ask(url, options) {
    var stop = new AbortController();
    var timer = window.setTimeout(function () { stop.abort(); }, LONGEST);
    options.signal = stop.signal;
    options.credentials = "same-origin";
    return window.fetch(url, options).finally(function () { window.clearTimeout(timer); });
  }

  function answered(form, response, data) {
    if (response.status === 401 || response.status === 403 || isSignIn(response)) {
      var first = !form.dataset.signedOut;
      form.dataset.signedOut = "1";
      return first ? sendAsMember(form) : say(form, WORDS.sign_in, "key", true);
    }
    if (response.status >= 500 || response.status === 429) {
      say(form, WORDS.trouble, "exclamation-circle");
      return null;
    }
    tell("answer-taken", { data: data });
    if (isOf(response, "application/json")) {
      return response.json().then(function (saved) {
        waiting.delete(form);
        done(form, saved.next);
      });
    }
    if ([200, 409, 422].indexOf(response.status) === -1 || !isOf(response, "text/html")) {
      waiting.delete(form);
      say(form, WORDS.not_taken, "exclamation-circle");
      return null;
    }
    return response.text().then(function (page) { answeredWithPage(form, page, response); });
  }

  function isOf(response, type) {
    return (response.headers.get("Content-Type") || "").indexOf(type) === 0;
  }

  function isSignIn(response) {
    return response.redirected && new URL(response.url).pathname.indexOf("/account/") === 0;
  }

  /* Saved. What else waits on this page, or is typed into another of its forms, is not left behind. */
  function done(form, next) {
    form.dataset.saved = "1";
    if (waiting.size || hasWords()) {
      form.replaceChildren(note(WORDS.saved, "check-circle", "good"));
      return;
    }
    go(next);
  }

  function go(next) {
    var to = new URL(next, window.location.href);
    leaving = true;
    if (to.hash && to.pathname + to.search === window.location.pathname + window.location.search) {
      window.history.replaceState(null, "", to.href); // else the browser only scrolls
      window.location.reload();
      return;
    }
    window.location.assign(to.href);
  }

  /* Not saved, and the answer says why, or asks: it takes the place of the page, unless others still wait here. */
  function answeredWithPage(form, page, response) {
    waiting.delete(form);
    var answer = new DOMParser().parseFromString(page, "text/html");
    var main = answer.querySelector("main");
    if (!main) {
      say(form, WORDS.trouble, "exclamation-circle");
      return;
    }
    if (waiting.size) {
      (form.closest("details, section") || form).replaceChildren(main.querySelector(".pl-narrow, .pl-card") || main);
      return;
    }
    document.querySelector("main").replaceWith(main);
    document.title = answer.title;
    document.body.className = answer.body.className;
    refusedHere = response.status !== 200;
    bringScripts(answer, main);
    if (response.url !== window.location.href) {
      window.history.pushState(null, "", response.url);
    }
    var first = main.querySelector("[role=alert]") || main;
    first.tabIndex = -1;
    first.focus();
    window.scrollTo(0, 0);
  }

  function bringScripts(answer, main) {
    answer.querySelectorAll("script[src]").forEach(function (script) {
      if (!document.querySelector('script[src="' + script.getAttribute("src") + '"]')) {
        var brought = document.createElement("script");
        brought.src = script.getAttribute("src");
        document.head.appendChild(brought);
      }
    });
    if (window.htmx) {
      window.htmx.process(main);
    }
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
    return ask("/me/token/", { headers: Object.assign({ Accept: "application/json" }, KEEPS_WORDS) })
      .then(function (response) {
        if (!response.ok || isSignIn(response) || !isOf(response, "application/json")) {
          say(form, WORDS.sign_in, "key", true);
          return null;
        }
        return response.json().then(function (fresh) {
          if (fresh.by !== by) {
            say(form, WORDS.someone_else, "key", true);
            return;
          }
          document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach(function (field) { field.value = fresh.token; });
          going.delete(form);
          send(form);
        });
      })
      .catch(function () { say(form, WORDS.no_signal, "wifi-off", true); });
  }

  function hasWords() {
    return Array.prototype.some.call(document.querySelectorAll(TYPED), function (field) {
      if (!field.form || field.form.dataset.saved || !guards(field.form)) {
        return false;
      }
      return field.value !== field.defaultValue || (refusedHere && field.matches("textarea") && field.value !== "");
    });
  }

  function say(form, words, icon, signIn) {
    var place = form.querySelector("[data-said]");
    if (!place) {
      place = document.createElement("div");
      place.className = "pl-sending";
      place.dataset.said = "";
      place.setAttribute("role", "status");
      form.appendChild(place);
    }
    if (place.dataset.said === words || (words === WORDS.sending && place.dataset.said)) {
      return; // tried again, and nothing new to say
    }
    if (words === WORDS.sending) {
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
    now.textContent = WORDS.send_now;
    link.className = "btn btn-link btn-sm";
    link.href = "/account/login/";
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = WORDS.sign_in_elsewhere;
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
