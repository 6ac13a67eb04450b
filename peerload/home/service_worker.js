/*
 * What peerload keeps on a phone: one calm page without a name for when there is no signal, and which of the four answers
 * was tapped, until it is sent. Of an answer it keeps its submission id, the person's and the member's random ids, the moment
 * of the tap and which answer it was; never a name, a word or a page. See docs/decisions, "An answer waits on the phone".
 */
"use strict";

var KEPT = KEPT_HERE; // the calm page and its stylesheet, whose name changes with what is in it
var SHELF = "peerload " + KEPT[1];
var STORE = "peerload-answers";
var ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
var ANSWERS = ANSWERS_THERE_ARE;
var sending = Promise.resolve();

// The calm page ---------------------------------------------------------------------------------------------------------

self.addEventListener("install", function (event) {
  event.waitUntil(
    caches.open(SHELF)
      .then(function (shelf) {
        return shelf.addAll(KEPT.map(function (url) { return new Request(url, { credentials: "omit", cache: "reload" }); }));
      })
      .then(function () { return self.skipWaiting(); })
  );
});

self.addEventListener("activate", function (event) {
  event.waitUntil(
    caches.keys()
      .then(function (names) {
        return Promise.all(names.map(function (name) { return name === SHELF ? null : caches.delete(name); }));
      })
      .then(function () { return self.registration.navigationPreload && self.registration.navigationPreload.enable(); })
  );
});

self.addEventListener("fetch", function (event) {
  var request = event.request;
  if (request.method !== "GET") {
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(
      Promise.resolve(event.preloadResponse)
        .then(function (response) { return response || fetch(request); })
        .catch(function () { return kept(KEPT[0]); })
    );
  } else if (new URL(request.url).pathname === KEPT[1]) {
    event.respondWith(fetch(request).catch(function () { return kept(KEPT[1]); }));
  }
});

function kept(url) {
  return caches.match(url).then(function (found) { return found || Response.error(); });
}

// Answers that wait -----------------------------------------------------------------------------------------------------

self.addEventListener("message", function (event) {
  var asked = event.data || {};
  var port = event.ports[0];
  var done = { keep: keep, taken: taken, look: look, send: send, empty: empty }[asked.what];
  if (!done) {
    return;
  }
  event.waitUntil(
    done(asked)
      .then(function () { return look(asked); })
      .catch(function () { return { waiting: 0, refused: [] }; })
      .then(function (found) { return port && port.postMessage(found); })
  );
});

self.addEventListener("sync", function (event) {
  if (event.tag === STORE) {
    event.waitUntil(send());
  }
});

/* Keep an answer; anything else that is said with it is left out. */
function keep(asked) {
  var said = asked.answer;
  if (!ID.test(said.id) || !ID.test(said.person) || !ID.test(said.by) || ANSWERS.indexOf(said.answer) === -1) {
    return Promise.resolve();
  }
  var row = { id: said.id, person: said.person, answer: said.answer, at: Number(said.at), by: said.by };
  return inStore("readwrite", function (store) { return store.put(row); })
    .then(function () { return self.registration.sync && self.registration.sync.register(STORE); })
    .catch(function () {}); // it is sent by the next page instead
}

function taken(asked) {
  return ifAny(function () {
    return inStore("readwrite", function (store) { return store.delete(asked.id); }).then(closeIfEmpty);
  });
}

/* Say how many of a member's answers wait, and whose could not be saved. */
function look(asked) {
  return rows().then(function (all) {
    var own = all.filter(function (row) { return row.by === asked.by; });
    var refused = own.filter(function (row) { return row.refused; });
    return {
      waiting: own.length - refused.length,
      refused: refused.map(function (row) { return { id: row.id, person: row.person }; }),
    };
  });
}

/* Forget a member's answers: they signed out. */
function empty(asked) {
  return rows()
    .then(function (all) {
      var own = all.filter(function (row) { return row.by === asked.by; });
      return Promise.all(own.map(function (row) {
        return inStore("readwrite", function (store) { return store.delete(row.id); });
      }));
    })
    .then(closeIfEmpty);
}

/*
 * Send what waits, once, as the member who is signed in, if it is theirs. One pass follows another: what is asked for while one
 * is under way is not answered by it, for its member may have signed in since.
 */
function send() {
  sending = sending.catch(function () {}).then(sendAll);
  return sending;
}

function sendAll() {
  return rows().then(function (all) {
    if (!all.some(function (row) { return !row.refused; })) {
      return null;
    }
    return fetch("/me/token/", { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (response) { return isJson(response) ? response.json() : null; })
      .then(function (member) {
        var own = all.filter(function (row) { return member && row.by === member.by && !row.refused; });
        return own.reduce(function (before, row) {
          return before.then(function () { return sendOne(row, member.token); });
        }, Promise.resolve());
      })
      .then(closeIfEmpty);
  });
}

function sendOne(row, token) {
  var words = new FormData();
  words.set("answer", row.answer);
  words.set("submission_id", row.id);
  words.set("back", "list");
  words.set("waited", Math.max(Math.round((Date.now() - row.at) / 1000), 0));
  var headers = { "X-Peerload-Keeps-Words": "1", "X-CSRFToken": token };
  return fetch("/people/" + row.person + "/contact/", {
    method: "POST", body: words, headers: headers, credentials: "same-origin",
  }).then(function (response) {
    if (isJson(response)) {
      return inStore("readwrite", function (store) { return store.delete(row.id); });
    }
    if (response.status >= 500 || [401, 403, 429].indexOf(response.status) !== -1) {
      return null; // another time
    }
    row.refused = true;
    return inStore("readwrite", function (store) { return store.put(row); });
  });
}

function isJson(response) {
  return response.ok && (response.headers.get("Content-Type") || "").indexOf("application/json") === 0;
}

// The store: made when the first answer waits, removed with the last ---------------------------------------------------------

function ifAny(act) {
  var known = indexedDB.databases ? indexedDB.databases() : Promise.resolve([{ name: STORE }]);
  return known.then(function (all) {
    return all.some(function (one) { return one.name === STORE; }) ? act() : undefined;
  });
}

function rows() {
  return ifAny(function () {
    return inStore("readonly", function (store) { return store.getAll(); });
  }).then(function (found) { return found || []; });
}

function inStore(mode, act) {
  return new Promise(function (resolve, reject) {
    var opening = indexedDB.open(STORE, 1);
    opening.onupgradeneeded = function () { opening.result.createObjectStore(STORE, { keyPath: "id" }); };
    opening.onerror = function () { reject(opening.error); };
    opening.onsuccess = function () {
      var base = opening.result;
      var change = base.transaction(STORE, mode);
      var asked = act(change.objectStore(STORE));
      base.onversionchange = function () { base.close(); };
      change.oncomplete = function () {
        base.close();
        resolve(asked.result);
      };
      change.onerror = change.onabort = function () {
        base.close();
        reject(change.error);
      };
    };
  });
}

function closeIfEmpty() {
  return rows().then(function (left) {
    return left.length ? null : new Promise(function (resolve) {
      var gone = indexedDB.deleteDatabase(STORE);
      gone.onsuccess = gone.onerror = gone.onblocked = resolve;
    });
  });
}
