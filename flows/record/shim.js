// unecho: the scripts of this recorded page were not saved. This does what the way to
// the devices needs, and nothing else: the menu under Account & Lists, and the tabs.
(() => {
  const account = document.querySelector('#nav-link-accountList');
  const build = () => {
    if (document.querySelector('#nav-al-your-account')) return;
    for (const s of document.querySelectorAll('script[type="text/x-recorded"]')) {
      const at = s.textContent.search(/"accountListContent"\s*:/);
      if (at < 0) continue;
      const m = /"html"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(s.textContent.slice(at));
      if (!m) continue;
      const box = document.createElement('div');
      box.id = 'nav-flyout-anchor';
      box.innerHTML = '<div id="nav-flyout-accountList" class="nav-coreFlyout nav-flyout" role="dialog" style="position:absolute;z-index:1000;background:#fff;display:none"></div>';
      box.firstChild.innerHTML = JSON.parse(m[1]);
      (document.querySelector('header') || document.body).append(box);
      return;
    }
  };
  if (account) {
    account.addEventListener('mouseenter', () => {
      build();
      const f = document.querySelector('#nav-flyout-accountList');
      if (!f) return;
      const b = account.getBoundingClientRect();
      f.style.cssText += `;display:block;left:${Math.max(0, b.left - 200)}px;top:${b.bottom + scrollY}px`;
    });
  }
  document.querySelectorAll('.myx-tabs > li').forEach((li, i) => li.addEventListener('click', () => {
    location.hash = ['/home/content/1', '/home/devices/1', '/home/settings'][i] || location.hash;
    document.querySelectorAll('.myx-tabs > li').forEach((o) => o.classList.toggle('myx-active', o === li));
  }));
})();
