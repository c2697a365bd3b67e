/* unecho stand-in, a reconstruction: behaves like the React page "digital-console" where that is known (tabs with addresses, buttons
   that are <div tabindex=0>, ids of the form NAME_ACTION_key, one hidden dialog a row action, notifications). What the views of
   the devices look like and what Deregister sends is invented. */
window.standinConsole = function (boot) {
  'use strict';
  var T = boot.texts, F = boot.flags, BASE = '/hz/mycd/digital-console/';
  var root = document.getElementById('root');
  var state = { devices: null, failed: '', ok: '', modal: '', dialog: '', menu: '', selected: '', page: 1, shown: boot.pageSize, busy: true, gone: '' };
  var opened = 0, recycled = 0, live = {}, keys = {};

  function el(tag, attrs) {
    var e = document.createElement(tag), i;
    for (var k in attrs || {}) if (attrs[k] !== null && attrs[k] !== undefined) e.setAttribute(k, attrs[k]);
    for (i = 2; i < arguments.length; i++) {
      var c = arguments[i];
      if (c !== null && c !== undefined) e.appendChild(typeof c === 'object' ? c : document.createTextNode(c));
    }
    return e;
  }
  function say(text, values) { return text.replace(/\{(\w+)\}/g, function (all, k) { return k in values ? values[k] : all; }); }
  function later(ms, f) { if (ms > 0) setTimeout(f, ms); else f(); }
  /* class names of the page's own views; nobody has seen the real ones */
  function cls(name) { return F['console-other-classes'] ? 'css-' + name.length + 'q7' : name + '__Stnd1'; }
  function keyOf(d) { return d.deviceAccountID || d.deviceSerialNumber + '/' + d.deviceTypeID; }
  /* what an id carries: the key, or a mere number where rows are keyless */
  function idOf(d) {
    var k = keyOf(d);
    if (!F['keyless']) return k;
    if (!keys[k]) keys[k] = String(Object.keys(keys).length + 1);
    return keys[k];
  }
  function offers(d) { return !d.isChildDevice && d.customerID === boot.customer; }

  function call(activity, input, then) {
    var x = new XMLHttpRequest();
    x.open('POST', BASE + 'ajax');
    x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
    x.setRequestHeader('X-Standin-Page', '1');
    x.onloadend = function () {
      var a = null;
      try { a = JSON.parse(x.responseText); } catch (e) { /* a 503 is HTML */ }
      then(x.status === 200 && a && a.success ? a : null);
    };
    x.send('activity=' + activity + '&activityInput=' + encodeURIComponent(JSON.stringify(input)) + '&clientId=MYCD_WebService&csrfToken=' + encodeURIComponent(window.csrfToken));
  }

  /* a button is a <div> that can be focused: no role, no label */
  function button(text, id, primary, onClick) {
    var b = el('div', { id: id, 'class': 'action_button' + (primary ? ' standin-primary' : ''), tabindex: '0' }, el('div', {}, el('span', {}, text)));
    if (onClick) b.addEventListener('click', onClick);
    return b;
  }

  /* ---- what can be done to a device ---- */
  function actions(d) {
    var risky = F['console-wipe-neighbours'] || F['dangers'] || d.deviceFamily === 'FIRE_TABLET';
    var name = F['other-ids'] ? 'DVC:7' : 'DEREGISTER_DEVICE';
    return [
      { name: 'SET DEFAULT', text: T.default_device, allowed: d.deviceFamily === 'KINDLE', body: d.deviceName },
      { name: 'REMOTE_LOCK', text: T.remote_lock, allowed: risky, body: say(T.remote_lock_body, { name: d.deviceName }), danger: 'RemoteLock' },
      { name: 'REMOTE_WIPE', text: T.remote_wipe, allowed: risky, body: say(T.remote_wipe_body, { name: d.deviceName }), danger: 'RemoteWipe' },
      { name: name, text: T.deregister, allowed: offers(d), dereg: true },
      { name: 'FACTORY_RESET', text: T.factory_reset, allowed: risky, body: say(T.factory_reset_body, { name: d.deviceName }), danger: 'FactoryReset' }
    ];
  }
  function ref(d, e) {
    return { deviceAccountID: d.deviceAccountID, deviceSerialNumber: d.deviceSerialNumber, deviceTypeID: d.deviceTypeID, trusted: !!(e && e.isTrusted) };
  }
  function otherOf(d) {
    var rest = state.devices.filter(function (o) { return keyOf(o) !== keyOf(d) && offers(o); });
    return (F['console-popup-other'] || F['popup-other-device']) && rest.length ? rest[0] : d;
  }
  function perform(a, d, e) {
    state.dialog = '';
    state.menu = '';
    state.busy = true;
    render();
    /* our own invention: the real request is not known to anyone outside */
    call(a.dereg ? 'DeregisterDevice' : a.danger || 'SetDefaultDevice', ref(d, e), function (answer) {
      state.busy = false;
      if (!a.dereg) { render(); return; }
      if (!answer || F['console-failure']) { tell('', T.device_failed); return; }
      var text = say(T.result_body, { name: d.deviceName });
      if (!F['stale-row'] && !answer.keep) {
        state.devices = state.devices.filter(function (o) { return keyOf(o) !== keyOf(d); });
        if (state.selected === keyOf(d)) state.selected = '';
        if (F['console-reshuffle']) state.devices.reverse();
      }
      later(boot.resultAfterMs, function () { tell(text, ''); });
    });
  }
  function tell(ok, failed) {
    if (F['console-modal']) state.modal = ok || failed;
    else { state.ok = ok; state.failed = failed; }
    render();
  }

  /* ---- one hidden dialog an action ---- */
  function dialogID(a, d) { return a.name + '_DIALOG_' + idOf(d); }
  function dialog(a, d) {
    var target = a.dereg ? otherOf(d) : d;
    var id = dialogID(a, d), open = state.dialog === id;
    var title = a.dereg ? say(T.confirm_title, { name: target.deviceName }) : a.text;
    var body = a.dereg ? say(T.confirm_body, { name: target.deviceName }) : a.body;
    var ready = !a.dereg || !(F['console-disabled-confirm'] || F['console-disabled-forever']);
    var yes = button(a.text, id + '_CONFIRM', true, function (e) { if (ready) perform(a, target, e); });
    var shut = function () { state.dialog = ''; render(); };
    var box = el('div', { 'class': 'DeviceDialogBox-module_container_' + (open ? '' : 'hidden_') + '_Stnd1' },
      el('div', { 'class': 'DeviceDialogBox-module_title_container__Stnd1' }, el('div', { 'class': 'DeviceDialogBox-module_title_text__Stnd1' }, el('span', {}, title)), closer(shut)),
      el('div', { 'class': 'DeviceDialogBox-module_message_container__Stnd1' }, el('div', {}, body)),
      el('div', { 'class': 'DeviceDialogBox-module_button_container__Stnd1' }, button(T.cancel, id + '_CANCEL', false, shut), yes));
    if (!ready) yes.style.opacity = '0.5';
    var back = el('div', { 'class': 'DeviceDialogBox-module_backdrop_' + (open ? '' : 'hidden_') + '_Stnd1' });
    live[id] = {
      open: function () {
        box.className = 'DeviceDialogBox-module_container__Stnd1';
        back.className = 'DeviceDialogBox-module_backdrop__Stnd1';
        if (F['covered'] || F['covered-for-a-while']) cover(F['covered'] ? 0 : 1500);
        if (a.dereg && F['console-disabled-confirm']) setTimeout(function () { ready = true; yes.style.opacity = ''; }, 1000);
      }
    };
    if (open && a.dereg && F['console-disabled-confirm']) setTimeout(function () { ready = true; yes.style.opacity = ''; }, 1000);
    return el('div', {}, el('div', { id: id }, box, back));
  }
  function closer(shut) {
    var c = el('span', { 'class': 'DeviceDialogBox-module_close__Stnd1', tabindex: '0' });
    c.addEventListener('click', shut);
    return c;
  }
  function cover(ms) {
    var c = el('div', { 'class': 'standin-cover', style: 'z-index: 1200; left: 15%; right: 15%; width: auto; margin: 0; height: 560px;' }, el('p', {}, T.home_body));
    document.body.appendChild(c);
    if (ms > 0) setTimeout(function () { c.remove(); }, ms);
  }
  function press(a, get) {
    return function (e) {
      var d = get(); /* whatever the row holds by now: that is the danger of rows that are used again */
      if (e.stopPropagation) e.stopPropagation();
      opened++;
      if (F['console-no-popup'] || F['no-popup']) { perform(a, d, e); return; }
      later(boot.popupAfterMs, function () {
        state.dialog = dialogID(a, d);
        if (live[state.dialog]) live[state.dialog].open(); else render();
      });
    };
  }
  function actionButton(a, d, get, plain) {
    var id = a.name + '_ACTION_' + idOf(d);
    var b = plain ? el('div', { tabindex: '0', id: id }, el('div', {}, el('span', {}, a.text))) : button(a.text, id, false, null);
    b.addEventListener('click', press(a, get));
    if (a.dereg && F['console-reused-rows']) {
      b.addEventListener('mouseenter', function () { if (recycled === 0) { recycled = 1; reuse(); } });
      b.addEventListener('mousedown', function () { if (recycled === 1 && opened >= 1) { recycled = 2; reuse(); } });
    }
    return b;
  }

  /* ---- one device: a row with its buttons, a card that opens the details, the details ---- */
  var rebinds = [];
  function holder(d) {
    var h = { d: d };
    h.get = function () { return h.d; };
    return h;
  }
  /* the same nodes, other devices */
  function reuse() { rebinds.forEach(function (f) { f(); }); }
  function buttons(h) {
    var d = h.d, box = el('div', { 'class': 'standin-actions' }), hidden = el('div', {});
    var list = actions(d), shown = list.filter(function (a) { return a.allowed; });
    if (F['console-more-actions'] && shown.length) {
      var menu = el('div', { 'class': 'Dropdown-module_dropdown_container__Stnd1', style: 'visibility: ' + (state.menu === keyOf(d) ? 'visible' : 'hidden') + ';' });
      shown.forEach(function (a) { menu.appendChild(el('div', { tabindex: '0' }, actionButton(a, d, h.get, true))); });
      var drop = el('div', { 'class': 'Dropdown-module_container__Stnd1', tabindex: '0', id: 'MORE_ACTION:false' },
        el('div', { id: 'dd_title', 'class': 'dropdown_title' }, el('span', {}, T.console_more)), menu);
      drop.addEventListener('click', function () {
        state.menu = state.menu === keyOf(h.d) ? '' : keyOf(h.d);
        menu.style.visibility = state.menu ? 'visible' : 'hidden';
      });
      box.appendChild(drop);
    } else shown.forEach(function (a) { box.appendChild(actionButton(a, d, h.get)); });
    list.forEach(function (a) { hidden.appendChild(dialog(a, d)); });
    box.appendChild(hidden);
    return box;
  }
  function shortened(name) { return F['truncated'] && name.length > 12 ? name.slice(0, 11) + '\u2026' : name; }
  function nameBox(d) { return el('div', { 'class': cls('DeviceDetails-module_device_name'), id: 'DEVICE_NAME_' + idOf(d), title: d.deviceName }, shortened(d.deviceName)); }
  function fill(node, h, wide) {
    var d = h.d;
    node.replaceChildren();
    if (!F['keyless']) node.setAttribute('data-device', keyOf(d));
    node.appendChild(nameBox(d));
    node.appendChild(el('div', {}, d.deviceTypeString));
    node.appendChild(el('div', {}, d.formattedLastRegisteredDate));
    if (wide) node.appendChild(buttons(h)); else node.appendChild(el('div', {}));
  }
  function row(d) {
    var h = holder(d), node = el('div', { 'class': 'standin-row ' + cls('DeviceDetails-module_device_row') });
    fill(node, h, true);
    rebinds.push(function () {
      var rest = state.devices.filter(function (o) { return keyOf(o) !== keyOf(h.d) && offers(o); });
      if (!rest.length) return;
      h.d = rest[0]; /* only what is shown changes: the buttons, and who listens to them, stay */
      if (!F['keyless']) node.setAttribute('data-device', keyOf(h.d));
      node.firstChild.replaceWith(nameBox(h.d));
      node.querySelectorAll('[id*="_ACTION_"]').forEach(function (b) { b.id = b.id.replace(/_ACTION_.*/, '_ACTION_' + idOf(h.d)); });
    });
    return node;
  }
  function card(d) {
    var h = holder(d), node = el('div', { 'class': 'standin-row standin-card ' + cls('DeviceDetails-module_device_row'), tabindex: '0', id: 'DEVICE_' + idOf(d) });
    fill(node, h, false);
    node.addEventListener('click', function () { state.selected = keyOf(h.d); later(boot.detailsAfterMs, render); });
    return node;
  }
  function details(d) {
    var h = holder(d), node = el('div', { 'class': 'standin-details ' + cls('DeviceDetails-module_details') });
    function put() {
      node.replaceChildren(el('h2', { 'class': cls('DeviceDetails-module_details_name'), title: h.d.deviceName, id: 'DEVICE_DETAILS_NAME_' + idOf(h.d) }, shortened(h.d.deviceName)),
        el('p', {}, h.d.deviceTypeString), h.d.deviceSerialNumber && !F['keyless'] ? el('p', {}, T.console_serial + ' ' + h.d.deviceSerialNumber) : null, el('p', {}, h.d.formattedLastRegisteredDate), buttons(h));
    }
    put();
    rebinds.push(function () {
      var rest = state.devices.filter(function (o) { return keyOf(o) !== keyOf(h.d) && offers(o); });
      if (!rest.length) return;
      h.d = rest[0];
      var name = node.firstChild;
      name.textContent = h.d.deviceName;
      name.title = h.d.deviceName;
      name.id = 'DEVICE_DETAILS_NAME_' + idOf(h.d);
      node.querySelectorAll('[id*="_ACTION_"]').forEach(function (b) { b.id = b.id.replace(/_ACTION_.*/, '_ACTION_' + idOf(h.d)); });
      node.querySelectorAll('p').forEach(function (p) { if (p.textContent.indexOf(T.console_serial) === 0) p.textContent = T.console_serial + ' ' + h.d.deviceSerialNumber; });
    });
    return node;
  }

  /* ---- views ---- */
  function view() {
    var p = location.pathname.slice(location.pathname.indexOf(BASE) + BASE.length);
    return p.indexOf('devicedetails') === 0 ? 'details' : p.indexOf('alldevices') === 0 ? 'all' : 'content';
  }
  function family() { return new URLSearchParams(location.search).get('deviceFamily') || ''; }
  function go(address) {
    history.pushState(null, '', address);
    state.ok = state.failed = state.selected = state.menu = state.dialog = '';
    state.page = 1;
    state.shown = boot.pageSize;
    if (view() !== 'content' && !state.devices) load(); else render();
  }
  function link(address, attrs) {
    attrs.href = address;
    var a = el.apply(null, ['a', attrs].concat([].slice.call(arguments, 2)));
    a.addEventListener('click', function (e) { if (address.indexOf(BASE) === 0) { e.preventDefault(); go(address); } });
    return a;
  }
  function bar() {
    var now = view();
    function tab(text, address, on) {
      return link(address, { tabindex: '0', 'class': 'NavigationBar-module__inline_myx_Stnd1 NavigationBar-module__navOptionItem_myx_Stnd1 ' + (on ? 'NavigationBar-module__active_Stnd1' : ''), style: 'display: inline-block;' },
        el('div', {}, el('div', {}, el('span', {}, text))));
    }
    return el('div', { 'class': 'NavigationBar-module__navHeader_myx_Stnd1' },
      el('div', { 'class': 'NavigationBar-module__navHeader_title_myx_Stnd1' }, el('h1', { 'class': 'NavigationBar-module__navHeader_title_style_myx_Stnd1' }, el('span', {}, T.mycd_title))),
      el('div', { 'class': 'NavigationBar-module__navOptions_myx_Stnd1 NavigationBar-module__inline_myx_Stnd1' },
        tab(T.console_tab_content, BASE + 'contentlist/booksAll/dateDsc', now === 'content'), tab(T.console_tab_devices, BASE + 'alldevices', now !== 'content'),
        tab(T.tab_settings, '/hz/mycd/myx#/home/settings/payment', false), tab(T.console_tab_privacy, BASE + 'privacysettings', false)));
  }
  function notice(id, kind, text) {
    return el('div', { 'class': 'Notification-module_' + kind + '_container__Stnd1', id: id, style: text ? 'display: block; opacity: 1;' : 'display: none; opacity: 0; padding: 0px; max-height: 0px;' },
      text ? el('div', {}, el('span', {}, text)) : null);
  }
  function families() {
    var out = [], by = {};
    state.devices.forEach(function (d) {
      var f = d.deviceFamily;
      if (!by[f]) out.push(by[f] = { family: f, title: d.displayCategoryFriendlyName || f, devices: [] });
      by[f].devices.push(d);
    });
    return out;
  }
  function tile(f) {
    var one = f.devices.length === 1, address = BASE + 'devicedetails?deviceFamily=' + encodeURIComponent(f.family);
    var count = F['console-no-counts'] || one ? null : el('div', { 'class': 'standin-tile-count ' + cls('AllDevices-module_device_count') }, say(T.console_count, { n: f.devices.length }));
    var title = one && !F['console-no-counts'] ? f.devices[0].deviceName : f.title;
    var inner = [el('div', { 'class': 'standin-tile-title ' + cls('AllDevices-module_tile_title'), title: title }, title), count];
    if (F['console-div-tiles']) {
      var t = el('div', { 'class': 'standin-tile ' + cls('AllDevices-module_tile'), tabindex: '0', id: 'TILE_ACTION_' + f.family }, inner[0], inner[1]);
      t.addEventListener('click', function () { go(address); });
      return t;
    }
    return link(address, { 'class': 'standin-tile ' + cls('AllDevices-module_tile'), tabindex: '0' }, inner[0], inner[1]);
  }
  /* a list with what there is to show more of it */
  function listed(devices, make) {
    var box = el('div', {}), rows = el('div', { 'class': 'standin-rows' });
    var from = 0, to = devices.length, size = boot.pageSize;
    if (F['console-pages']) { from = (state.page - 1) * size; to = Math.min(from + size, to); if (from >= devices.length && state.page > 1) { state.page--; return listed(devices, make); } }
    else if (F['console-show-more'] || F['console-grow']) to = Math.min(state.shown, to);
    devices.slice(from, to).forEach(function (d) { rows.appendChild(make(d)); });
    box.appendChild(rows);
    if (F['console-show-more'] && to < devices.length) box.appendChild(button(T.show_more, 'SHOW_MORE', false, function () {
      setTimeout(function () { state.shown += size; render(); }, boot.growAfterMs);
    }));
    if (F['console-pages'] && devices.length > size) {
      var n = Math.ceil(devices.length / size), bar = el('div', { id: 'pagination', 'class': 'pagination' });
      var turn = function (p) { return function () { setTimeout(function () { state.page = p; render(); }, boot.growAfterMs); }; };
      for (var p = 1; p <= n; p++) {
        if (p > 7 && p < n) { if (p === 8 && state.page < n) bar.appendChild(right(turn(state.page + 1))); if (p !== state.page) continue; }
        var a = el('a', { id: 'page-' + p, 'class': 'page-item' + (p === state.page ? ' active' : '') }, String(p));
        a.addEventListener('click', turn(p));
        bar.appendChild(a);
      }
      if (n <= 8 && state.page < n) bar.appendChild(right(turn(state.page + 1)));
      box.appendChild(bar);
    }
    return box;
  }
  function right(f) {
    var a = el('a', { id: 'page-RIGHT_PAGE', 'class': 'page-link', 'aria-label': 'Next' }, el('span', { 'aria-hidden': 'true' }, '\u00bb'));
    a.addEventListener('click', f);
    return a;
  }
  function body() {
    var v = view(), box = el('div', { 'class': 'body-inner' });
    if (v === 'content') {
      box.appendChild(el('div', { id: 'content-page-title', 'class': 'content-page-title' }, el('span', {}, T.console_tab_content)));
      var list = el('div', { id: 'CONTENT_LIST' });
      boot.books.forEach(function (b) {
        list.appendChild(el('div', { 'class': 'standin-row' }, el('div', {}, b.title), el('div', {}, b.author), el('div', {}, b.acquired),
          button(T.content_delete, 'DELETE_TITLE_ACTION_' + b.asin, false, function () { call('DeleteContent', { asin: b.asin }, function () { }); })));
      });
      box.appendChild(el('div', { id: 'CONTENT_COUNT' }, say(T.books_count, { from: 1, to: boot.books.length, of: boot.books.length })));
      box.appendChild(list);
      return box;
    }
    box.appendChild(el('div', { 'class': 'content_notification_container' }, notice('NOTIFICATION_SUCCESS', 'success', state.ok), notice('NOTIFICATION_FAILURE', 'failure', state.failed)));
    if (!state.devices || boot.blank) return box;
    if (v === 'all') {
      if (!state.devices.length) box.appendChild(el('div', { 'class': cls('AllDevices-module_empty') }, el('span', {}, T.devices_none)));
      else if (F['console-flat']) box.appendChild(listed(state.devices, card));
      else {
        var tiles = el('div', { 'class': 'standin-tiles' });
        families().forEach(function (f) { tiles.appendChild(tile(f)); });
        box.appendChild(tiles);
      }
      if (F['console-flat'] && state.selected) state.devices.forEach(function (d) { if (keyOf(d) === state.selected) box.appendChild(details(d)); });
      return box;
    }
    var mine = state.devices.filter(function (d) { return d.deviceFamily === family(); });
    if (!mine.length) { box.appendChild(el('div', {}, el('span', {}, T.devices_none))); return box; }
    if (F['console-rows'] || F['console-more-actions']) { box.appendChild(listed(mine, row)); return box; }
    if (mine.length === 1) { box.appendChild(details(mine[0])); return box; }
    if (F['console-preselected'] && !state.selected) state.selected = keyOf(mine[0]);
    mine.forEach(function (d) { if (keyOf(d) === state.selected) box.appendChild(details(d)); });
    box.appendChild(listed(mine, card));
    return box;
  }
  function render() {
    live = {};
    rebinds = [];
    var all = [bar(), body()];
    if (state.busy) all.push(el('div', { 'class': 'standin-spinner ListLayout-module_spinner_container__Stnd1' }));
    if (state.modal) {
      var shut = el('span', { id: 'notification-close' }, '\u00d7');
      shut.addEventListener('click', function () { state.modal = ''; render(); });
      all.push(el('div', { 'class': 'Notification-module_module_backdrop__Stnd1' }));
      all.push(el('div', { 'class': 'Notification-module_message_container__Stnd1' }, el('div', { 'class': 'Notification-module_message_wrapper__Stnd1' }, el('span', {}, state.modal), shut)));
    }
    root.replaceChildren(el('div', {}, el.apply(null, ['div', {}].concat(all))));
  }
  function load() {
    state.busy = true;
    render();
    call('GetDevicesOverview', { surfaceType: 'LargeDesktop' }, function (a) {
      later(boot.listAfterMs, function () {
        state.busy = false;
        var r = a && a.GetDevicesOverview;
        if (r && r.deviceList) state.devices = r.deviceList;
        else if (!boot.blank) state.failed = T.device_list_failed;
        render();
        if (boot.renderAgainMs > 0) setTimeout(render, boot.renderAgainMs);
      });
    });
  }

  window.addEventListener('popstate', render);
  if (F['console-grow']) window.addEventListener('scroll', function () {
    if (!state.devices || window.innerHeight + window.scrollY < document.documentElement.scrollHeight - 250) return;
    if (state.shown < state.devices.length) { state.shown += boot.pageSize; render(); }
  });
  if (F['console-rerender'] || F['rerender']) setInterval(function () { if (state.devices && !state.modal) render(); }, 25);
  if (view() === 'content') { state.busy = false; render(); } else load();
};
