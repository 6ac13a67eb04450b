/* Passkeys: they are offered where a browser can use them, a try that fails says so, and a secret of one's own can be copied. */
(function () {
  "use strict";

  if (window.PublicKeyCredential) {
    document.querySelectorAll("[data-passkeys]").forEach(function (found) { found.hidden = false; });
  }

  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    document.querySelectorAll("[data-passkey-failed]").forEach(function (found) { found.hidden = false; });
  });

  if (navigator.clipboard) { // a browser has it on https and localhost only
    document.querySelectorAll("button[data-copy][hidden]").forEach(function (found) { found.hidden = false; });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("button[data-copy]");
    if (button && navigator.clipboard) {
      navigator.clipboard.writeText(button.dataset.copy).then(function () {
        document.querySelector("[data-copied]").textContent = button.dataset.done;
      });
    }
  });
})();
