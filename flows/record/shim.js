// unecho: the scripts of this recorded page were not saved. This does what the way to
// the devices needs, and nothing else: the menu under Account & Lists, the tabs, and
// the article's list of devices with its menu, its pop-up and the recorded requests.
// The look of that list is made up here; nothing in it is Amazon's.
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
  const tabs = document.querySelectorAll('.myx-tabs > li');
  const mark = () => {
    const at = ['/home/content', '/home/devices', '/home/settings'].findIndex((h) => location.hash.startsWith('#' + h));
    tabs.forEach((li, i) => li.classList.toggle('myx-active', i === at));
  };
  tabs.forEach((li, i) => li.addEventListener('click', () => {
    location.hash = ['/home/content/1', '/home/devices/1', '/home/settings'][i] || location.hash;
  }));

  const calls = window.unechoRecorded || {};
  // A page that holds its rows needs none of ours.
  if (!tabs.length || !calls.list || document.querySelector('.myx-popover-trigger')) return;
  const el = (tag, attrs, ...inside) => {
    const e = document.createElement(tag);
    for (const k in attrs) e.setAttribute(k, attrs[k]);
    e.append(...inside);
    return e;
  };
  const button = (id, words, then) => {
    const b = el('button', {type: 'button', class: 'myx-button-text'}, words);
    b.addEventListener('click', (e) => { if (e.isTrusted) then(); });
    return el('a', {class: 'myx-button' + (id.includes('_ok_') ? ' myx-button-primary' : ''), id}, b);
  };
  const send = (c) => fetch(c.path, {method: 'POST', credentials: 'same-origin', headers: {'Content-Type': c.type || 'application/x-www-form-urlencoded'}, body: c.body});
  const plain = (s) => { try { return decodeURIComponent(s.replace(/\+/g, ' ')); } catch { return s; } };
  const place = document.querySelector('.contentApp_myx') || document.body.appendChild(el('div', {class: 'contentApp_myx'}));

  // What was sent for this device when it was recorded. For another device nothing was:
  // that request has no answer, which ends the replay and says why.
  const nothing = {path: '/hz/mycd/nothing-was-recorded-for-this-device', body: ''};
  const confirm = async (d, row, box) => {
    box.remove();
    const ids = [d.deviceAccountId, d.deviceSerialNumber].filter(Boolean);
    const acts = (calls.acts || []).filter((c) => ids.some((id) => plain(c.body).includes(id)));
    for (const c of acts.length ? acts : [nothing]) if (!(await send(c)).ok) return;
    row.remove();
  };
  const ask = (d, row) => {
    const box = el('div', {class: 'myx-popover', role: 'dialog', style: 'position:fixed;z-index:2000;top:80px;left:80px;padding:20px;background:#fff;border:1px solid'},
      el('p', {}, 'Deregister ' + d.deviceAccountName + '?'));
    box.append(el('div', {id: 'ui_dialog_myx_popover_footer'},
      button('dialogButton_cancel_myx', 'Cancel', () => box.remove()), ' ', button('dialogButton_ok_myx ', 'Deregister', () => confirm(d, row, box))));
    document.body.append(box);
  };
  const draw = (d, i) => {
    const menu = el('div', {class: 'contentDetailPopover_myx myx-popover', style: 'display:none;position:absolute;z-index:1000;padding:10px;background:#fff;border:1px solid'});
    const open = (on) => { menu.classList.toggle('open_myx', on); menu.style.display = on ? 'block' : 'none'; };
    const dots = el('a', {class: 'myx-button listViewIconPosition_myx myx-popover-trigger', 'aria-label': 'actions', role: 'button', style: 'display:inline-block;padding:4px 8px'}, '...');
    const row = el('div', {class: 'contentTableListRow_myx'}, el('div', {name: 'contentTabList_' + (d.deviceAccountId || d.deviceSerialNumber)},
      dots, menu, ' ', el('span', {id: 'title' + i, title: d.deviceAccountName}, d.deviceAccountName)));
    dots.addEventListener('click', () => open(menu.style.display === 'none'));
    menu.append(el('div', {id: 'contentAction_deregister_myx'}, button('', 'Deregister', () => { open(false); ask(d, row); })));
    return row;
  };
  const show = async () => {
    mark();
    place.replaceChildren();
    if (!location.hash.startsWith('#/home/devices')) return;
    const answer = await (await send(calls.list)).json();
    const devices = (answer.GetDevices || {}).devices || [];
    document.documentElement.dataset.unechoDrawn = 'devices';
    place.replaceChildren(...devices.map(draw));
  };
  addEventListener('hashchange', show);
  show();
})();
