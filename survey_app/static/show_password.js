/* Puts a button below each password field that shows what is typed (NIST SP 800-63B-4, 3.1.1.2). Without this script
   the field is a plain one. ES2017 at most; nothing inline, nothing fetched. */
(function () {
  'use strict';

  function offer(field) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'secondary outline show-password';
    button.textContent = field.dataset.show;
    button.setAttribute('aria-controls', field.id);
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', function () {
      const hidden = field.type === 'password';
      field.type = hidden ? 'text' : 'password';
      button.textContent = hidden ? field.dataset.hide : field.dataset.show;
      button.setAttribute('aria-pressed', String(hidden));
    });
    field.insertAdjacentElement('afterend', button);
    // A password left readable would be kept among the texts that browsers suggest.
    field.form.addEventListener('submit', function () { field.type = 'password'; });
  }

  document.querySelectorAll('input[data-show]').forEach(offer);
})();
