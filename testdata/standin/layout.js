/* unecho stand-in, a drawn page: what its parts share. The parts are put together in one function (layout.html), so that they leave
   no name behind on the page. boot.layout says what was drawn (flows/standin/layout_draw.go). */
const L = boot.layout, W = boot.words, looks = boot.looks;
const S = {
  rows: null, family: null, page: 1, shown: L.size, gate: !L.gate, menu: null, detail: null, ask: null, checked: new Set(),
  gone: new Set(), notice: '', acts: 0, done: new Set(), root: null, main: null, side: null
};
const R = new Map(); /* what can be pressed, for the test that plays the page; nothing of it stands on the page */
const first = new Map();

function say(text, name) { return text.replace(/\{name\}/g, () => name); }
function later(ms, f) { if (ms > 0) setTimeout(f, ms); else f(); }
function mark(e, key, role) { R.set(key + '\n' + role, e); return e; }
function lookOf(r) { return looks[r.key] || { family: '', words: '', form: '', badge: '', offer: false, in: '' }; }
function cookie(name) { const m = new RegExp('(?:^|; )' + name + '=([^;]*)').exec(document.cookie); return m ? m[1] : ''; }

/* whether what comes late is due at a place; if not, again is called when it is */
function due(place, again) {
  if (!L.late) return true;
  const now = performance.now();
  if (!first.has(place)) first.set(place, now);
  const left = first.get(place) + L.late - now;
  if (left <= 0) return true;
  setTimeout(again, left + 5);
  return false;
}

/* ---- who hears a click: each element, or the document for all, as React does ---- */
const hears = new WeakMap();
function press(e, f) {
  e.style.cursor = 'pointer';
  if (L.listen === 'document') hears.set(e, f);
  else e.addEventListener('click', ev => { ev.stopPropagation(); ev.preventDefault(); S.acts++; f(ev); });
  return e;
}
document.addEventListener('click', ev => {
  for (const e of ev.composedPath()) {
    if (!hears.has(e)) continue;
    if (!e.matches('input[type=checkbox]')) ev.preventDefault();
    S.acts++;
    hears.get(e)(ev);
    return;
  }
});
document.addEventListener('click', ev => {
  const m = S.menu, path = ev.composedPath();
  if (m && m.node && !path.includes(m.node) && !path.includes(m.opener)) setTimeout(() => { if (S.menu === m) closeMenu(); }, 0);
}, true);

/* ---- the calls behind the page ---- */
function send(method, path, headers, body, then) {
  const x = new XMLHttpRequest();
  x.open(method, path);
  x.setRequestHeader('X-Standin-Page', '1');
  for (const k in headers) x.setRequestHeader(k, headers[k]);
  x.onloadend = () => {
    let a = null;
    try { a = JSON.parse(x.responseText); } catch (e) { /* a 503 is HTML, the DELETE has no body */ }
    then(x.status, a);
  };
  x.send(body);
}
function call(activity, input, then) {
  send('POST', boot.base + 'ajax', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'activity=' + activity + '&activityInput=' + encodeURIComponent(JSON.stringify(input)) +
    '&clientId=MYCD_WebService&csrfToken=' + encodeURIComponent(window.csrfToken), (status, a) => then(status === 200 && a && a.success ? a : null));
}
/* the page's rows: those of the list call, and those that it has from elsewhere, in one order */
function merged(rows) {
  const at = k => { const i = boot.order.indexOf(k); return i < 0 ? 1e6 : i; };
  return rows.concat(boot.extras).filter(r => !S.gone.has(r.key)).sort((a, b) => at(a.key) - at(b.key));
}
function load(then) {
  if (L.portal) {
    send('GET', '/api/devices-v2/device?cached=false', {}, null, (status, a) => {
      if (status === 401) { location.reload(); return; }
      then(merged(((a && a.devices) || []).filter(d => d.deviceFamily !== 'WHA').map(d => ({
        key: d.deviceAccountId || d.serialNumber + '/' + d.deviceType, name: d.accountName, kind: '', date: '', serial: d.serialNumber, type: d.deviceType
      }))), (a && a.devices || []).some(d => d.deviceFamily === 'WHA'));
    });
    return;
  }
  call('GetDevicesOverview', { surfaceType: 'LargeDesktop' }, a => then(merged((a ? a.GetDevicesOverview.deviceList : []).map(d => ({
    key: d.deviceAccountID || d.deviceSerialNumber + '/' + d.deviceTypeID, name: d.deviceName, kind: d.deviceTypeString, date: d.formattedLastRegisteredDate,
    serial: d.deviceSerialNumber || '', accountID: d.deviceAccountID || '', type: d.deviceTypeID
  })))));
}
function sendDeregister(r, ev, then) {
  if (r.group) { act('group', r.name); then(true); return; }
  if (L.portal) {
    send('DELETE', '/api/devices/device/' + encodeURIComponent(r.serial) + '?deviceType=' + encodeURIComponent(r.type),
      { csrf: cookie('csrf'), 'X-Standin-Trusted': String(!ev || ev.isTrusted) }, null, status => then(status === 200));
    return;
  }
  call('DeregisterDevice', { deviceAccountID: r.accountID, deviceSerialNumber: r.serial, deviceTypeID: r.type, trusted: !ev || ev.isTrusted }, a => then(!!a));
}
/* anything else that a button does; the server writes it down */
function act(what, name) {
  if (L.portal) send('POST', '/api/standin/act', { 'Content-Type': 'application/json' }, JSON.stringify({ what: what, name: name }), () => { });
  else call('LayoutAct', { what: what, name: name }, () => { });
}
