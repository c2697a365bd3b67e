/* unecho stand-in, a reconstruction: behaves like the AngularJS page "myx" where that is known (tabs that change the hash,
   "..." at the left of a row, a popover that is empty until first opened, actions that are hidden where they are not allowed,
   a result dialog after the confirmation). What the Devices tab sends is invented. */
window.standinMyx = function (boot) {
  'use strict';
  var T = boot.texts, F = boot.flags;
  var view = document.getElementById('standin-view');
  var loadingBox = document.querySelector('.standin-loading');
  var state = { tab: '', devices: null, books: boot.books, shown: 0, open: null, filled: {}, failed: '', rows: [] };
  var recycled = 0, opened = 0, loads = 0;

  function el(tag, attrs) {
    var e = document.createElement(tag), i;
    for (var k in attrs || {}) if (attrs[k] !== null && attrs[k] !== undefined) e.setAttribute(k, attrs[k]);
    for (i = 2; i < arguments.length; i++) {
      var c = arguments[i];
      if (c !== null && c !== undefined) e.appendChild(typeof c === 'object' ? c : document.createTextNode(c));
    }
    return e;
  }
  function say(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, k) { return k in values ? values[k] : all; });
  }
  function later(ms, f) { if (ms > 0) setTimeout(f, ms); else f(); }
  function loading(on) { loadingBox.style.display = on ? 'block' : 'none'; }

  /* one call of the service behind the page */
  function call(param, then) {
    var x = new XMLHttpRequest();
    x.open('POST', '/hz/mycd/ajax');
    x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
    x.setRequestHeader('X-Standin-Page', '1');
    x.onloadend = function () {
      var answer = null;
      try { answer = JSON.parse(x.responseText); } catch (e) { /* a 503 is HTML */ }
      then(x.status === 200 ? answer : null);
    };
    x.send('data=' + encodeURIComponent(JSON.stringify({ param: param })) + '&csrfToken=' + encodeURIComponent(window.csrfToken));
  }

  function keyOf(d) { return d.deviceAccountId || d.deviceSerialNumber + '/' + d.deviceType; }
  function offers(d) { return !d.parentAccountId && d.customerId === boot.customer; }

  /* buttons are an <a> round a <button>; who listens is said by the caller */
  function button(text, cls, id) {
    return el('a', { 'class': 'myx-button' + (cls || ''), id: id },
      el('span', { 'class': 'myx-button-inner' },
        el('i', { 'class': 'myx-icon myx-icon-1click', style: 'display: none;' }),
        el('button', { 'class': 'myx-button-text', type: 'button' }, el('span', { 'class': 'ng-scope' }, text))));
  }

  /* ---- dialogs ---- */
  function dialog(title, lines, okText, onOK, cancel) {
    var root = document.getElementById('standin-dialogs');
    var back = el('div', { 'class': 'dialogBackdrop_myx' });
    var ok = button(okText, ' myx-button-primary', 'dialogButton_ok_myx ');
    var footer = el('div', { 'class': 'myx-popover-footer', id: 'ui_dialog_myx_popover_footer' });
    var box = el('div', { 'class': 'dialog_myx myx-popover myx-popover-modal', id: 'ui_dialog_myx', role: 'dialog' },
      el('div', { 'class': 'myx-popover-header' }, el('h4', {}, title)));
    var inner = el('div', { 'class': 'myx-popover-inner' });
    lines.forEach(function (l) { inner.appendChild(el('p', { 'class': 'ng-binding' }, l)); });
    box.appendChild(inner);
    function shut() { back.remove(); box.remove(); }
    if (cancel) {
      var no = button(T.cancel, '', 'dialogButton_cancel_myx');
      no.querySelector('button').addEventListener('click', shut);
      footer.appendChild(no);
    }
    footer.appendChild(ok);
    box.appendChild(footer);
    ok.querySelector('button').addEventListener('click', function (e) { shut(); if (onOK) onOK(e); });
    root.appendChild(back);
    root.appendChild(box);
    return box;
  }
  function cover(ms) {
    var c = el('div', { 'class': 'standin-cover', id: 'standin-survey' }, el('p', {}, T.home_body));
    document.body.appendChild(c);
    if (ms > 0) setTimeout(function () { c.remove(); }, ms);
  }

  /* ---- what a device's menu does ---- */
  function deregister(d) {
    var other = d;
    if (F['popup-other-device']) {
      var rest = state.devices.filter(function (o) { return keyOf(o) !== keyOf(d) && offers(o); });
      if (rest.length) other = rest[0];
    }
    var title = say(T.confirm_title, { name: other.deviceAccountName });
    var body = say(T.confirm_body, { name: other.deviceAccountName });
    if (F['no-popup']) return function (e) { send(d, e); };
    if (F['dialog-js']) return function (e) { if (window.confirm(title + '\n' + body)) send(d, e); };
    return function () {
      later(boot.popupAfterMs, function () {
        dialog(title, [body], T.deregister, function (e) { send(other, e); }, true);
        if (F['covered']) cover(0);
        if (F['covered-for-a-while']) cover(1500);
      });
    };
  }
  function send(d, e) {
    loading(true);
    /* our own invention: the real request is not known to anyone outside */
    call({ DeregisterDevice: { deviceAccountId: d.deviceAccountId, deviceSerialNumber: d.deviceSerialNumber, deviceType: d.deviceType, trusted: e.isTrusted } }, function (a) {
      loading(false);
      var r = a && a.DeregisterDevice;
      if (!r || !r.success) { state.failed = T.device_failed; render(); return; }
      state.failed = '';
      if (!F['stale-row'] && !r.keep) {
        state.devices = state.devices.filter(function (o) { return keyOf(o) !== keyOf(d); });
        state.open = null;
        if (state.shown > state.devices.length) state.shown = state.devices.length;
        later(boot.renderAfterMs, render);
      }
      if (!F['no-result']) later(boot.resultAfterMs, function () {
        dialog(T.result_title, [say(T.result_body, { name: d.deviceAccountName })], T.ok, null, false);
      });
    });
  }
  function danger(what, title, body) {
    return function (d) {
      return function (e) {
        function go(ev) { loading(true); call(what(d), function () { loading(false); }); }
        if (F['no-popup']) go(e); else dialog(title, [say(body, { name: d.deviceAccountName })], title, go, true);
      };
    };
  }
  function dangerCall(name) {
    return function (d) { var p = {}; p[name] = { deviceAccountId: d.deviceAccountId, deviceSerialNumber: d.deviceSerialNumber, deviceType: d.deviceType }; return p; };
  }
  function deviceMenu(d) {
    var wipe = F['dangers'];
    var id = F['other-ids'] ? 'deviceAction_' : 'contentAction_';
    var dereg = F['other-ids'] ? id + '7_myx' : id + 'deregister_myx';
    return [
      { id: id + 'setDefaultDevice_myx', text: T.default_device, allowed: d.deviceFilter === 'DEVICES' && !/Echo|Show/.test(d.deviceTypeString), make: function () { return function () { }; } },
      { id: id + 'remoteLock_myx', text: T.remote_lock, allowed: wipe, make: danger(dangerCall('RemoteLock'), T.remote_lock, T.remote_lock_body) },
      { id: id + 'remoteWipe_myx', text: T.remote_wipe, allowed: wipe, make: danger(dangerCall('RemoteWipe'), T.remote_wipe, T.remote_wipe_body) },
      { id: dereg, text: T.deregister, allowed: offers(d), make: deregister },
      { id: id + 'factoryReset_myx', text: T.factory_reset, allowed: wipe, make: danger(dangerCall('FactoryReset'), T.factory_reset, T.factory_reset_body) }
    ];
  }
  function bookMenu(b) {
    return [
      { id: 'contentAction_readNow_myx', text: T.content_read, allowed: true, make: function () { return function () { }; } },
      { id: 'contentAction_delete_myx', text: T.content_delete, allowed: true, make: function (book) {
        return function () {
          dialog(T.content_delete, [say(T.content_delete_body, { name: book.title })], T.content_delete, function () {
            call({ DeleteContent: { asin: book.asin } }, function () {
              state.books = state.books.filter(function (o) { return o.asin !== book.asin; });
              render();
            });
          }, true);
        };
      } }
    ];
  }

  /* ---- rows ---- */
  function makeRow(i, kind) {
    var row = { thing: null, kind: kind };
    var trigger = button(' ... ', ' listViewIconPosition_myx myx-popover-trigger myx-button-small');
    trigger.setAttribute('aria-label', 'actions');
    var trans = el('div', { 'class': 'transcludedContent_myx' });
    var close = el('button', { 'class': 'myx-button-close', type: 'button' }, '\u00d7');
    var pop = el('div', { 'class': 'contentDetailPopover_myx myx-popover right myx-arrow-right' },
      el('div', { 'class': 'myx-popover-wrapper' },
        el('div', { 'class': 'myx-popover-inner' }, close, trans)));
    row.title = el('div', { 'class': 'myx-color-base myx-text-overflow inline_myx myx-text-align', id: 'title' + i });
    row.second = el('div', { 'class': 'myx-column myx-color-base', id: 'author' + i });
    row.third = el('div', { 'class': 'myx-column myx-color-secondary', id: 'date' + i });
    row.tab = el('div', { id: 'contentTabList_' + i + '_myx' },
      el('div', { 'class': 'myx-fixed-left-grid' }, el('div', { 'class': 'myx-fixed-left-grid-inner' },
        el('div', { 'class': 'myx-fixed-left-grid-col myx-col-left' },
          el('span', { 'class': 'contentListIcon_myx' }, el('input', { type: 'checkbox', 'class': 'hideItem_myx', id: 'chk' + i })),
          el('div', { 'class': 'standin-cell' }, trigger, pop)),
        el('div', { 'class': 'myx-fixed-left-grid-col myx-col-right' }, row.title, row.second, row.third))));
    row.node = el('div', { 'class': 'contentTableListRow_myx ng-scope' },
      el('hr', { 'class': 'contentTableListRow_myx myx-divider-normal' }),
      el('li', {}, el('div', {}, el('div', { 'class': 'tab_myx ng-scope' }, el('a', { 'class': 'ng-binding' },
        el('div', { 'class': 'myx-row listItem_myx ng-isolate-scope ng-scope' }, row.tab))))));
    row.fill = function () {
      trans.textContent = '';
      (kind === 'devices' ? deviceMenu(row.thing) : bookMenu(row.thing)).forEach(function (item) {
        var b = button(item.text, '', null);
        var wrap = el('div', { 'class': 'pointer_myx', id: item.id, style: item.allowed ? null : 'display: none;' }, el('div', { 'class': 'ng-scope' }, b));
        b.addEventListener('click', function (e) {
          shutPopover();
          item.make(row.thing)(e); /* whatever the row holds by now: that is the danger of rows that are used again */
        });
        if (F['recycled-rows'] && kind === 'devices') {
          b.addEventListener('mouseenter', function () { if (opened === 1 && recycled === 0) { recycled = 1; shuffle(); } });
          b.addEventListener('mousedown', function () { if (opened === 2 && recycled === 1) { recycled = 2; shuffle(); } });
        }
        trans.appendChild(wrap);
      });
    };
    row.show = function (on) { pop.classList.toggle('open_myx', on); };
    row.bind = function (thing) {
      row.thing = thing;
      if (kind === 'devices') {
        var name = thing.deviceAccountName;
        if (!F['keyless']) row.tab.setAttribute('name', 'contentTabList_' + keyOf(thing));
        row.title.setAttribute('title', name);
        row.title.textContent = F['truncated'] && name.length > 12 ? name.slice(0, 11) + '\u2026' : name;
        row.second.textContent = thing.deviceTypeString;
        row.third.textContent = thing.formattedLastRegisteredDate;
      } else {
        row.tab.setAttribute('name', 'contentTabList_' + thing.asin);
        row.title.setAttribute('title', thing.title);
        row.title.textContent = thing.title;
        row.second.textContent = thing.author;
        row.third.textContent = thing.acquired;
      }
    };
    row.key = function () { return kind === 'devices' ? keyOf(row.thing) : row.thing.asin; };
    trigger.addEventListener('click', function () {
      var was = pop.classList.contains('open_myx');
      shutPopover();
      if (was) return;
      state.open = row.key();
      if (F['menu-redrawn'] && opened === 0) setTimeout(render, 80); /* before the menu is filled: the new row's menu stands open and empty */
      later(boot.popoverAfterMs, function () {
        if (!state.filled[state.open] || trans.children.length === 0) row.fill();
        state.filled[state.open] = true;
        opened++;
        row.show(true);
      });
    });
    close.addEventListener('click', function (e) { e.stopPropagation(); shutPopover(); });
    return row;
  }
  function shutPopover() {
    state.open = null;
    state.rows.forEach(function (r) { r.show(false); });
  }
  /* the same nodes, other devices; the open popover stays where it is. The first menu's when the mouse comes
     onto an item, the second's when it is pressed there: what a guard that looks only before the click, or only at where it lands, does not see. */
  function shuffle() {
    state.devices.unshift(state.devices.pop());
    state.rows.forEach(function (r, i) { if (state.devices[i]) r.bind(state.devices[i]); });
  }

  /* ---- views ---- */
  function list(kind, things, countText, heads) {
    var box = el('div', {});
    var shown = Math.min(state.shown, things.length);
    box.appendChild(el('div', { 'class': 'contentTaskBar_myx myx-row' }));
    /* the id stands twice, as on the real page: once hidden above the list, once below it */
    var prev = button(T.show_previous, ' contentTableShowMore_myx', 'contentTable_showMore_myx');
    box.appendChild(el('div', { 'class': 'myx-spacing-small horizontalCenter_myx', style: 'display: none;' }, prev));
    box.appendChild(el('div', { 'class': 'contentCount_myx' }, el('div', { 'class': 'ng-binding' },
      say(countText, { from: things.length ? 1 : 0, to: shown, of: things.length }))));
    box.appendChild(el('div', { 'class': 'myx-fixed-left-grid contentTableList_myx' }, el('div', { 'class': 'myx-fixed-left-grid-inner' },
      el('div', { 'class': 'myx-fixed-left-grid-col myx-col-left' }, el('div', {}, T.actions)),
      el('div', { 'class': 'myx-fixed-left-grid-col myx-col-right' }, el('div', {}, heads[0]), el('div', {}, heads[1]), el('div', {}, heads[2])))));
    var ul = el('ul', { 'class': 'nav nav-grid ui-grid' });
    state.rows = [];
    for (var i = 0; i < shown; i++) {
      var r = makeRow(i, kind);
      r.bind(things[i]);
      if (state.filled[r.key()]) r.fill();
      r.show(state.open !== null && state.open === r.key());
      state.rows.push(r);
      ul.appendChild(r.node);
    }
    box.appendChild(el('div', { 'class': 'contentContainer_myx Context_myx' }, el('div', { 'class': 'contentTableList_myx tabbable', type: 'grid' }, ul)));
    var more = button(T.show_more, ' contentTableShowMore_myx', 'contentTable_showMore_myx');
    var hasMore = shown < things.length && !F['grow-on-scroll'];
    more.addEventListener('click', grow);
    box.appendChild(el('div', { 'class': 'myx-spacing-small horizontalCenter_myx', style: hasMore ? null : 'display: none;' }, more));
    return box;
  }
  function grow() {
    loading(true);
    setTimeout(function () {
      state.shown = Math.min(state.shown + boot.pageSize, state.devices.length);
      loading(false);
      render();
    }, boot.growAfterMs);
  }
  function render() {
    var box;
    document.querySelectorAll('ul.myx-tabs > li').forEach(function (li, i) {
      var on = ['content', 'devices', 'settings', 'help'][i] === state.tab;
      li.classList.toggle('myx-active', on);
      li.querySelector('a').classList.toggle('myx-active', on);
    });
    if (state.tab === 'content') {
      box = list('content', state.books, T.books_count, [T.title, '', '']);
    } else if (state.tab === 'devices') {
      if (state.failed && !state.devices) box = el('div', {});
      else if (!state.devices || boot.blank) box = el('div', {});
      else if (state.devices.length === 0) box = el('div', {}, el('div', { 'class': 'contentTableEmpty_myx myx-size-medium', style: 'padding:30px' }, T.devices_none));
      else box = list('devices', state.devices, T.devices_count, [T.name, T.type, T.date]);
      if (state.failed) box.insertBefore(el('div', { 'class': 'myx-alert myx-alert-error', role: 'alert' }, state.failed), box.firstChild);
    } else {
      box = el('div', { style: 'padding:30px' }, T.settings_body);
    }
    view.replaceChildren(box);
  }
  function openDevices() {
    var mine = ++loads;
    state.devices = null;
    state.failed = '';
    render();
    loading(true);
    call({ GetDevices: {} }, function (a) {
      if (mine !== loads) return;
      later(boot.listAfterMs, function () {
        loading(false);
        var r = a && a.GetDevices;
        if (r && r.success && r.devices) {
          state.devices = r.devices;
          state.shown = Math.min(boot.pageSize || r.devices.length, r.devices.length);
        } else if (!boot.blank) state.failed = T.device_list_failed;
        if (state.tab !== 'devices') return;
        render();
        if (boot.renderAgainMs > 0) setTimeout(render, boot.renderAgainMs);
      });
    });
  }

  /* ---- tabs and the hash ---- */
  function route() {
    var m = /^#\/home\/(content|devices|settings)/.exec(location.hash);
    var tab = m ? m[1] : 'content';
    if (!m) history.replaceState(null, '', '#/home/content/booksAll/dateDsc/');
    if (tab === state.tab) return;
    state.tab = tab;
    state.open = null;
    state.filled = {};
    if (tab === 'devices') { openDevices(); return; }
    state.shown = state.books.length;
    render();
  }
  document.querySelectorAll('ul.myx-tabs > li').forEach(function (li, i) {
    li.querySelector('a').addEventListener('click', function () {
      location.hash = ['#/home/content/booksAll/dateDsc/', '#/home/devices/1', '#/home/settings/payment', '#/home/help'][i];
    });
  });
  window.addEventListener('hashchange', route);
  if (F['grow-on-scroll']) window.addEventListener('scroll', function () {
    if (state.tab !== 'devices' || !state.devices || state.shown >= state.devices.length || loadingBox.style.display === 'block') return;
    if (window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 250) grow();
  });
  if (F['rerender']) setInterval(function () { if (state.tab === 'devices' && state.devices && state.devices.length) render(); }, 4);
  route();
};
