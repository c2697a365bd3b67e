/* unecho stand-in, a reconstruction: the Alexa portal as a single page app with routes after "#", whose content arrives by
   XHR after the page. The routes, the list call, the DELETE and the csrf cookie repeated in a header are known; the rest is
   invented. */
window.standinPortal = function (boot) {
  'use strict';
  var T = boot.texts, F = boot.flags;
  var app = document.getElementById('d-app');
  var content = document.getElementById('d-content');
  var dialogs = document.getElementById('d-dialogs');
  var devices = null, loads = 0, recycled = false, spelling = F['portal-query-hash'] ? 'index.html?#' : '#';

  function el(tag, attrs) {
    var e = document.createElement(tag);
    for (var k in attrs || {}) if (attrs[k] !== null && attrs[k] !== undefined) e.setAttribute(k, attrs[k]);
    for (var i = 2; i < arguments.length; i++) {
      var c = arguments[i];
      if (c !== null && c !== undefined) e.appendChild(typeof c === 'object' ? c : document.createTextNode(c));
    }
    return e;
  }
  function say(text, name) { return text.replace(/\{name\}/g, function () { return name; }); }
  function later(ms, f) { if (ms > 0) setTimeout(f, ms); else f(); }
  function cookie(name) {
    var m = new RegExp('(?:^|; )' + name + '=([^;]*)').exec(document.cookie);
    return m ? m[1] : '';
  }
  function call(method, path, headers, then) {
    var x = new XMLHttpRequest();
    x.open(method, path);
    x.setRequestHeader('X-Standin-Page', '1');
    for (var k in headers) x.setRequestHeader(k, headers[k]);
    x.onloadend = function () {
      if (x.status === 401) { location.reload(); return; } /* the server then asks to sign in */
      var answer = null;
      try { answer = JSON.parse(x.responseText); } catch (e) { /* the DELETE has no body */ }
      then(x.status, answer);
    };
    x.send();
  }
  function list(then) {
    var mine = ++loads;
    call('GET', '/api/devices-v2/device?cached=false', {}, function (status, a) {
      if (mine !== loads) return;
      if (status === 429 || status === 503) { setTimeout(function () { list(then); }, 150); return; }
      later(F['portal-slow'] ? 700 : 0, function () {
        if (mine !== loads) return;
        devices = (a && a.devices) || [];
        then();
      });
    });
  }
  function notice(text) {
    var old = content.querySelector('.d-notice');
    if (old) old.remove();
    content.insertBefore(el('div', { 'class': 'd-notice error', role: 'alert' }, text), content.firstChild);
  }

  /* ---- the dialog ---- */
  function shut() { dialogs.textContent = ''; }
  function ask(d, then) {
    var no = el('button', { type: 'button' }, T.cancel), yes = el('button', { type: 'button', 'class': 'd-primary' }, T.deregister);
    no.addEventListener('click', shut);
    yes.addEventListener('click', function (e) { shut(); then(e); });
    dialogs.appendChild(el('div', { 'class': 'd-dialog-back' }));
    dialogs.appendChild(el('div', { 'class': 'd-dialog', role: 'dialog' },
      el('h4', {}, say(T.confirm_title, d.accountName)), el('p', {}, say(T.confirm_body, d.accountName)), el('div', { 'class': 'd-buttons' }, no, ' ', yes)));
    if (F['portal-covered']) document.body.appendChild(el('div', { 'class': 'standin-cover', id: 'standin-survey' }, el('p', {}, T.farewell_body)));
  }
  function send(d, e) {
    call('DELETE', '/api/devices/device/' + encodeURIComponent(d.serialNumber) + '?deviceType=' + encodeURIComponent(d.deviceType),
      { csrf: cookie('csrf'), 'X-Standin-Trusted': String(e.isTrusted) }, function (status) {
        if (status !== 200) { notice(T.failed); return; }
        location.hash = '#settings';
      });
  }
  function deregister(d, e) {
    if (F['portal-no-popup']) { send(d, e); return; }
    var other = d;
    if (F['portal-popup-other']) {
      var rest = devices.filter(function (o) { return o.standinButton && o.serialNumber !== d.serialNumber; });
      if (rest.length) other = rest[0];
    }
    later(F['portal-late-popup'] ? 900 : 0, function () { ask(other, function (ev) { send(other, ev); }); });
  }

  /* ---- pages ---- */
  function row(href, name, sub) {
    return el('a', { 'class': 'standard-component image-text-nav', href: href },
      el('div', { 'class': 'image' }), el('div', { 'class': 'text' }, el('span', { 'class': 'text-main' }, name), el('span', { 'class': 'text-sub' }, sub)));
  }
  function home() { content.replaceChildren(el('div', { 'class': 'd-head' }, T.home)); }
  function settings() {
    content.replaceChildren(el('div', { 'class': 'd-head' }, T.settings));
    list(function () {
      var box = el('div', {}, el('div', { 'class': 'd-head' }, T.devices));
      devices.forEach(function (d) {
        var r = row(F['portal-bare'] ? null : spelling + 'settings/device/' + encodeURIComponent(d.serialNumber), d.accountName, T.online);
        if (F['portal-bare']) r.addEventListener('click', function () { location.hash = '#settings/device/' + encodeURIComponent(d.serialNumber); });
        box.appendChild(r);
      });
      if (!devices.length) box.appendChild(el('p', { 'class': 'd-none' }, T.none));
      box.appendChild(row(spelling + 'settings/new', T['new'], ''));
      box.appendChild(el('div', { 'class': 'd-head' }, T.account));
      box.appendChild(row(spelling + 'settings/history', T.history, ''));
      content.replaceChildren(el('div', { 'class': 'd-head' }, T.settings), box);
    });
  }
  function devicePage(serial) {
    content.replaceChildren();
    call('POST', '/api/standin/open', {}, function () { list(function () {
      var d = devices.filter(function (o) { return o.serialNumber === serial; })[0];
      if (!d) { content.replaceChildren(el('p', { 'class': 'd-none' }, T.none)); return; }
      var fact = el('div', { 'class': 'd-fact' }, el('span', {}, el('span', { 'class': 'd-label' }, T.registered), ' ', el('span', { 'class': 'd-value' }, d.standinOwner)));
      if (d.standinButton) {
        var b = el('button', { type: 'button' }, T.deregister);
        b.addEventListener('click', function (e) { deregister(d, e); });
        if (F['portal-recycled']) b.addEventListener('mouseenter', function () {
          var rest = devices.filter(function (o) { return o.standinButton && o.serialNumber !== serial; });
          if (!recycled && rest.length) { recycled = true; history.replaceState(null, '', '#settings/device/' + rest[0].serialNumber); d = rest[0]; title.textContent = d.accountName; number.textContent = d.serialNumber; }
        });
        fact.appendChild(b);
      }
      var title = el('div', { 'class': 'd-head d-device-name' }, d.accountName);
      var number = el('span', { 'class': 'd-value' }, d.serialNumber);
      content.replaceChildren(title, el('div', { 'class': 'd-head' }, T.info), fact);
      if (!F['portal-bare']) content.appendChild(el('div', { 'class': 'd-fact' }, el('span', {}, T.serial), number));
      content.appendChild(el('div', { 'class': 'd-fact' }, el('span', {}, T.software), el('span', {}, d.softwareVersion)));
      if (d.standinButton) content.appendChild(el('div', { 'class': 'd-fact' }, el('span', {}, ''), el('button', { type: 'button', id: 'factoryReset' }, T.reset)));
    }); });
  }
  function route() {
    shut();
    app.classList.remove('d-open');
    loads++;
    var h = location.hash, m = /^#\/?settings\/device\/([^\/?]+)/.exec(h);
    if (m) devicePage(decodeURIComponent(m[1]));
    else if (/^#\/?settings\/?$/.test(h)) settings();
    else home();
  }
  document.getElementById('navMenuIcon').addEventListener('click', function () { app.classList.toggle('d-open'); });
  document.getElementById('iSettings').addEventListener('click', function () {
    app.classList.remove('d-open');
    if (F['portal-query-hash']) location.href = 'index.html?#settings';
    else if (location.hash === '#settings') settings();
    else location.hash = '#settings';
  });
  window.addEventListener('hashchange', route);
  route();
};
