/*
 * Figures that follow each choice. A form says so by data-figures-of: after a choice it is posted as its button "See what these
 * choices change" posts it, and the server answers with the parts that the choice changes, made as for the whole page. Nothing is
 * counted here. While an answer does not come, the page says that its figures are old. Without this script there is the button.
 */
(function () {
  "use strict";

  var PAUSE = 150; // two choices at once are one question
  var SLOW = 1500;
  var LONGEST = 20000;
  var AGAIN = 15000;
  var asked = null; // {form, stop, slow}: the question that is open
  var old = null; // the form whose figures are from before the last choice
  var timer = 0;

  function formOf(element) {
    return element.closest && element.closest("form[data-figures-of]");
  }

  /* Notes and ticks change no figure. */
  function counts(field) {
    return field.name && field.localName !== "textarea" && field.type !== "checkbox" && field.type !== "hidden";
  }

  document.addEventListener("change", function (event) {
    if (formOf(event.target) && counts(event.target)) {
      soon(formOf(event.target));
    }
  });

  /* A name chosen from the suggestions is whole before the field is left; a name being typed is not. */
  document.addEventListener("input", function (event) {
    var field = event.target;
    if (formOf(field) && field.list && Array.prototype.some.call(field.list.options, function (one) { return one.value === field.value; })) {
      soon(formOf(field));
    }
  });

  document.addEventListener("keydown", function (event) {
    var field = event.target;
    if (event.key === "Enter" && field.localName === "input" && formOf(field) && counts(field) && !event.isComposing) {
      event.preventDefault();
      soon(formOf(field));
    }
  });

  window.addEventListener("online", again);
  window.setInterval(again, AGAIN);

  function again() {
    if (old && old.isConnected && !asked) {
      ask(old);
    }
  }

  function soon(form) {
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { ask(form); }, PAUSE);
  }

  function ask(form) {
    if (asked) {
      asked.stop.abort();
    }
    if (!form.isConnected) {
      return; // sent meanwhile
    }
    var question = asked = { stop: new AbortController(), words: "figures_slow" };
    var slow = window.setTimeout(function () { say(form, question.words); }, SLOW);
    var longest = window.setTimeout(function () { question.stop.abort(); }, LONGEST);
    var data = new FormData(form);
    data.set("do", "look");
    window.fetch(form.getAttribute("action") || window.location.href, {
      method: "POST", body: data, credentials: "same-origin", signal: question.stop.signal, headers: { "X-Peerload-Figures": "1" }
    }).catch(function (lost) {
      question.words = "figures_no_signal";
      throw lost;
    }).then(function (response) {
      if (response.status !== 200 || response.redirected) {
        question.words = response.status === 401 ? "figures_signed_out" : "figures_old";
        throw new Error(response.status);
      }
      return response.text();
    }).then(function (text) {
      if (asked === question) {
        write(form, new DOMParser().parseFromString(text, "text/html"));
      }
    }).catch(function () {
      if (asked === question) {
        say(form, question.words);
      }
    }).finally(function () {
      window.clearTimeout(slow);
      window.clearTimeout(longest);
      if (asked === question) {
        asked = null;
      }
    });
  }

  /* Say that the figures are old, and why; or, without words, that they are not. */
  function say(form, words) {
    var line = form.querySelector("[data-figures-old]");
    old = words ? form : null;
    line.hidden = !words;
    line.textContent = words ? window.peerload.words[words] : "";
    form.classList.toggle("pl-figures-are-old", !!words);
  }

  function write(form, answer) {
    var before = lines(form);
    answer.querySelectorAll("[data-figures]").forEach(function (part) {
      var here = form.querySelector('[data-figures="' + part.dataset.figures + '"]');
      if (here) {
        renew(here, part);
      }
    });
    var rows = answer.querySelectorAll("[data-figures-for]");
    var met = 0;
    rows.forEach(function (row) {
      var field = form.elements[row.dataset.figuresFor];
      if (field) {
        met += 1;
        note(field, row);
      }
    });
    var people = form.querySelectorAll("[list=workers]").length;
    say(form, met === rows.length && met === people ? "" : "figures_people");
    tell(form, before);
  }

  /* What was open stays open, and what was scrolled stays where it is. */
  function renew(here, part) {
    var open = Array.prototype.map.call(here.querySelectorAll("details"), function (one) { return one.open; });
    var top = here.scrollTop;
    here.replaceChildren.apply(here, Array.prototype.slice.call(part.childNodes));
    here.querySelectorAll("details").forEach(function (one, n) { one.open = open[n] || one.open; });
    here.scrollTop = top;
    if (here.localName === "summary" && part.closest("details").open) {
      here.closest("details").open = true;
    }
  }

  /* What is to know of a choice stands after its field; a name that is being typed is not refused yet. */
  function note(field, row) {
    var notes = Array.prototype.slice.call(row.children);
    if (field === document.activeElement && field.value && !field.classList.contains("is-invalid")) {
      notes = notes.filter(function (one) { return !one.classList.contains("invalid-feedback"); });
    }
    var refused = notes.some(function (one) { return one.classList.contains("invalid-feedback"); });
    field.parentElement.querySelectorAll(":scope > p").forEach(function (one) { one.remove(); });
    field.parentElement.append.apply(field.parentElement, notes);
    field.classList.toggle("is-invalid", refused);
    if (refused) {
      field.id = field.name;
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", field.name.replace("who_", "no_"));
    } else {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
  }

  function lines(form) {
    return Array.prototype.map.call(form.querySelectorAll('[data-figures="sums"] li'), function (one) {
      return one.textContent.replace(/\s+/g, " ").trim();
    });
  }

  /* A screen reader says the sums that changed, not all of them. */
  function tell(form, before) {
    var changed = lines(form).filter(function (one) { return before.indexOf(one) === -1; });
    form.querySelector("[data-figures-said]").textContent = changed.slice(0, 3).join(". ");
  }

  document.querySelectorAll("form[data-figures-of]").forEach(function () {
    document.documentElement.classList.add("pl-live");
  });
})();
