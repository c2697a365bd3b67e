/* unecho stand-in, a reconstruction: the flyout of "Account & Lists".
   It is not in the server's page. It is built when the navigation's data has arrived; before that nothing listens,
   so a mouse that is already on the link by then opens nothing until it leaves and comes back. */
window.$Nav = (function () {
  'use strict';
  var boot = {}, waiting = [], ready = null, openAfter = 100, closeAfter = 150;

  function build(content) {
    if (boot.noFlyout) return;
    var anchor = document.createElement('div');
    anchor.id = 'nav-flyout-anchor';
    var fly = document.createElement('div');
    fly.id = 'nav-flyout-accountList';
    fly.className = 'nav-coreFlyout nav-flyout';
    fly.setAttribute('role', 'dialog');
    fly.setAttribute('aria-modal', 'false');
    fly.innerHTML = '<div class="nav-arrow"><div class="nav-arrow-inner"></div></div><div class="nav-template nav-flyout-content"></div><div class="nav-subcats"></div>';
    fly.children[1].innerHTML = content.accountListContent.html;
    anchor.appendChild(fly);
    document.getElementById('navbar').appendChild(anchor);

    var link = document.querySelector('a[data-csa-c-slot-id="nav-link-accountList"]');
    var opening = 0, closing = 0;
    function show() { clearTimeout(closing); fly.style.display = 'block'; }
    function hide() { fly.style.display = 'none'; }
    link.addEventListener('mouseenter', function (e) {
      if (!e.isTrusted) return;
      clearTimeout(closing);
      clearTimeout(opening);
      if (boot.atOnce) show(); else opening = setTimeout(show, openAfter);
    });
    link.addEventListener('mouseleave', function () {
      clearTimeout(opening);
      closing = setTimeout(hide, closeAfter);
    });
    fly.addEventListener('mouseenter', function () { clearTimeout(closing); });
    fly.addEventListener('mouseleave', function () { closing = setTimeout(hide, closeAfter); });
    var button = document.querySelector('#nav-link-accountList button.nav-flyout-button');
    if (button) button.addEventListener('click', function () { fly.style.display === 'block' ? hide() : show(); });
  }

  return {
    standin: function (b) {
      boot = b;
      function arrive() { ready = build; waiting.forEach(function (f) { f(ready); }); waiting = []; }
      if (boot.dataAfterMs > 0) setTimeout(arrive, boot.dataAfterMs); else arrive();
    },
    when: function () { return { run: function (f) { if (ready) f(ready); else waiting.push(f); } }; }
  };
})();
