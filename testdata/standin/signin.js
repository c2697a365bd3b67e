/* unecho stand-in, a reconstruction: what the sign-in pages' scripts do as far as a visitor notices. */
(function () {
  'use strict';
  var form = document.querySelector('form[name=signIn]');
  if (form) form.addEventListener('submit', function (e) {
    var box = document.querySelector('#ap_password, #ap_email_login, input#ap_email[type=email]');
    if (box && box.value === '') {
      e.preventDefault();
      var alert = document.querySelector('#auth-password-missing-alert, #auth-email-missing-alert, #empty-claim-alert');
      if (alert) alert.classList.add('standin-on');
    }
  });
  var section = document.querySelector('#auth-signin-via-passkey-section[data-keep-hidden="false"]');
  if (section) {
    section.classList.remove('aok-hidden');
    section.querySelector('button#continue').addEventListener('click', function () {
      document.getElementById('passkey-error-alert').classList.remove('aok-hidden');
      fetch('/ap/standin/passkey', { method: 'POST' });
    });
  }
  var first = document.querySelector('.auth-autofocus');
  if (first) first.focus();
})();
