/* Small helps on top of pages that work without any of them. */
(function () {
  "use strict";

  /* One press sends one form: the second tap of a double tap sends nothing. The server would not mind either. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(function () { delete form.dataset.sent; }, 4000);
  });

  /* A refused form: go to its summary, so that the first thing read is what to change. */
  var refused = document.querySelector(".pl-notice--act[role=alert]");
  if (refused) {
    refused.tabIndex = -1;
    refused.focus();
  }

  /* What was saved, such as "Contact with Salote logged.": a screen reader says what comes once the page is there, not what came with it. */
  document.querySelectorAll(".pl-messages[role=status]").forEach(function (box) {
    var news = Array.prototype.slice.call(box.children);
    box.replaceChildren.apply(box, news.map(function (each) { // meanwhile the eye sees the same
      var picture = each.cloneNode(true);
      picture.setAttribute("aria-hidden", "true");
      picture.inert = true;
      return picture;
    }));
    window.setTimeout(function () { box.replaceChildren.apply(box, news); }, 200);
  });

  /* On paper nothing of My day is folded; a browser that knows ::details-content needs no help. */
  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.prototype.slice.call(document.querySelectorAll(".pl-day details:not(.pl-log):not([open])"));
    folded.forEach(function (one) { one.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (one) { one.open = false; });
  });

  /* Words typed before htmx was there: search for them now. */
  window.addEventListener("load", function () {
    document.querySelectorAll("input[type=search][hx-get]").forEach(function (field) {
      if (field.value !== field.defaultValue) {
        field.dispatchEvent(new Event("search"));
      }
    });
  });

  /* The key "/" goes to the search: to its field where one is in view, else to its page. It can be turned off there. */
  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) {
      return;
    }
    var field = document.querySelector("[data-find][aria-keyshortcuts]");
    if (field) {
      event.preventDefault();
      if (field.offsetParent) {
        field.focus();
        field.select();
      } else {
        document.querySelector(".pl-find__go").click();
      }
    }
  });

  /* Escape closes an opened Log and goes back to its button. */
  document.addEventListener("keydown", function (event) {
    var open = event.key === "Escape" && event.target.closest && event.target.closest("details.pl-log[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });
})();
