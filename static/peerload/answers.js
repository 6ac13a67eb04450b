/*
 * The four answers outlive a dropped tab: the service worker keeps which one was tapped until it is sent.
 *
 * It is sent by whichever page the same member opens next, or by the service worker once there is a signal and they are signed
 * in. A bar says that one waits. Signing out asks first, then empties what is theirs. Without a service worker an answer stays
 * on its page, as every form does (unsent.js).
 */
(function () {
  "use strict";

  var CONTACT = /^\/people\/([0-9a-f-]{36})\/contact\/$/;
  var AGAIN = 30000;
  var PATIENCE = 3000; // with a service worker that is asked what waits, before signing out
  var by = document.body.dataset.by;
  var WORDS = window.peerload && window.peerload.words;
  var waiting = 0;
  var refused = 0;

  if (!by || !("serviceWorker" in navigator)) {
    return;
  }

  window.addEventListener("load", function () {
    navigator.serviceWorker.register("/service-worker.js", { scope: "/" }).then(look, function () {});
  });

  document.addEventListener("peerload:answer-waits", function (event) {
    var found = CONTACT.exec(event.detail.path);
    var data = event.detail.data;
    if (found && data.has("answer") && data.has("submission_id")) {
      var answer = { id: data.get("submission_id"), person: found[1], answer: data.get("answer"), at: event.detail.at, by: by };
      ask({ what: "keep", answer: answer }).then(show);
    }
  });

  document.addEventListener("peerload:answer-taken", function (event) {
    if (event.detail.data.has("answer")) {
      ask({ what: "taken", id: event.detail.data.get("submission_id") }).then(show);
    }
  });

  window.addEventListener("online", send);
  window.setInterval(function () {
    if (waiting) {
      send();
    }
  }, AGAIN);

  function look() {
    ask({ what: "look" }).then(function (found) {
      show(found);
      if (found.waiting) {
        send();
      }
    });
  }

  function send() {
    var before = waiting + refused;
    return ask({ what: "send" }).then(function (found) {
      show(found, before - found.waiting - found.refused.length);
    });
  }

  function ask(message) {
    return navigator.serviceWorker.ready.then(function (registration) {
      return new Promise(function (resolve) {
        var channel = new MessageChannel();
        channel.port1.onmessage = function (event) { resolve(event.data); };
        registration.active.postMessage(Object.assign({ by: by }, message), [channel.port2]);
      });
    });
  }

  // The bar ---------------------------------------------------------------------------------------------------------------

  function show(found, saved) {
    var bar = document.getElementById("waits");
    waiting = found.waiting;
    refused = found.refused.length;
    if (!waiting && !found.refused.length && !(saved > 0)) {
      if (bar) {
        bar.remove();
      }
      return;
    }
    if (!bar) {
      bar = document.createElement("div");
      bar.id = "waits";
      bar.className = "pl-messages";
      bar.setAttribute("role", "status");
      document.querySelector("main").prepend(bar);
    }
    bar.replaceChildren();
    if (waiting) {
      bar.append(window.peerload.note(count("waits", waiting), "wifi-off", "watch"));
    }
    if (saved > 0) {
      bar.append(withWays(count("sent", saved), "check-circle", "good", [
        link(WORDS.show_again, window.location.href),
      ]));
    }
    found.refused.forEach(function (one) {
      bar.append(withWays(WORDS.refused, "exclamation-circle", "watch", [
        link(WORDS.log, "/people/" + one.person + "/contact/"),
        button(WORDS.delete, function () { ask({ what: "taken", id: one.id }).then(show); }),
      ]));
    });
  }

  function count(what, number) {
    return WORDS[what + (number === 1 ? "_one" : "_several")].replace("{count}", number);
  }

  function withWays(words, icon, tint, ways) {
    var box = window.peerload.note(words, icon, tint);
    var row = document.createElement("p");
    row.className = "pl-actions align-items-center";
    row.append.apply(row, ways);
    box.lastChild.append(row);
    return box;
  }

  function link(words, url) {
    var way = document.createElement("a");
    way.className = "btn btn-secondary btn-sm";
    way.textContent = words;
    way.href = url;
    return way;
  }

  function button(words, act) {
    var way = document.createElement("button");
    way.className = "btn btn-secondary btn-sm";
    way.type = "button";
    way.textContent = words;
    way.addEventListener("click", act);
    return way;
  }

  // Signing out -----------------------------------------------------------------------------------------------------------

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var to = new URL(form.getAttribute("action") || "", window.location.href).pathname;
    if (event.defaultPrevented || to !== "/account/logout/" || form.method !== "post") {
      return;
    }
    event.preventDefault();
    delete form.dataset.sent; // peerload.js: it may be pressed again after the question
    howMany().then(function (number) {
      if (!number) {
        form.submit();
        return;
      }
      askFirst(form, number);
    });
  });

  /* Where no service worker is in charge yet, nothing waits. One that does not answer keeps nobody signed in. */
  function howMany() {
    var known = navigator.serviceWorker.getRegistration().then(function (registration) {
      return registration && registration.active
        ? ask({ what: "look" }).then(function (found) { return found.waiting + found.refused.length; })
        : 0;
    });
    var late = new Promise(function (resolve) { window.setTimeout(resolve, PATIENCE, 0); });
    return Promise.race([known, late]).catch(function () { return 0; });
  }

  function askFirst(form, number) {
    var box = withWays(count("before", number), "wifi-off", "watch", [
      button(WORDS.stay, function () { box.remove(); }),
      button(WORDS.delete_and_sign_out, function () { signOut(form, box); }),
    ]);
    box.setAttribute("role", "alert");
    box.id = "before-signing-out";
    var before = document.getElementById("before-signing-out");
    if (before) {
      before.remove();
    }
    form.before(box);
    box.querySelector("button").focus();
  }

  /* What waits is deleted only once they are signed out. */
  function signOut(form, box) {
    window.fetch(form.getAttribute("action"), { method: "POST", body: new FormData(form), credentials: "same-origin" })
      .then(function (response) { return response.ok || Promise.reject(); })
      .then(function () { return ask({ what: "empty" }); })
      .then(function () { window.location.assign("/"); })
      .catch(function () {
        box.replaceWith(withWays(WORDS.still_signed_in, "wifi-off", "watch", []));
      });
  }
})();
