/* unecho stand-in, a drawn page: the views: families, pages, lists that grow, the frame round them, what lies over it. */

function families() {
  const out = [], by = {};
  const add = (f, words, n) => { if (!by[f]) out.push(by[f] = { family: f, words: words, n: 0 }); by[f].n += n; };
  if (S.rows) for (const r of S.rows) add(lookOf(r).family, lookOf(r).words, 1);
  else for (const k in looks) add(looks[k].family, looks[k].words, 1);
  return out;
}
/* rows that are no devices of the account */
function pageRows() {
  return L.group ? [{ key: 'group', name: W.everywhere, kind: W['group kind'], date: '', serial: '', group: true }] : [];
}
function shownRows() {
  const rows = (S.rows || []).filter(r => !S.family || lookOf(r).family === S.family);
  return rows.filter(r => !isKid(r)).concat(!S.family ? pageRows() : []);
}

function withCount(words, n) {
  return L.counts === 'within' ? [words + ' (' + n + ')'] : L.counts === 'beside' ? [words, h('small', 'span', null, String(n))] : [words];
}
function pick(f) {
  S.family = f;
  S.page = 1;
  S.shown = L.size;
  closeMenu();
  S.detail = null;
  S.checked.clear();
  need();
  render();
}
/* the list call, once the page wants it */
function need() {
  if (S.rows || S.loading) return;
  S.loading = true;
  load(rows => { S.loading = false; S.rows = rows; render(); });
}

function view() {
  if (L.portal) return portalView();
  if (S.detail && L.where === 'page') return h('panel', 'section', null, press(h('', 'a', { href: '#' }, '\u2039 ' + W.back), () => closeDetails()), detailKids(S.detail.r));
  const out = [];
  if (L.gate !== undefined && L.gate) {
    out.push(h('tabs', 'div', null, [['overview', W.overview], ['devices', W.devices], ['history', W.history]].map(t =>
      mark(press(h('tab' + (S.tab === t[0] ? ' on' : ''), L.split ? 'div' : 'button', L.split ? { tabindex: '0' } : { type: 'button' }, t[1]), () => { S.tab = t[0]; S.gate = t[0] === 'devices'; if (S.gate && (!lateFamilies() || S.family)) need(); render(); }), '', 'gate-' + t[0]))));
    if (!S.gate) { out.push(h('title', 'h3', null, W.welcome), h('', 'p', null, W.overviewBody)); return out; }
  }
  out.push(...devicesView());
  return out;
}
function lateFamilies() { return L.lateList && L.families !== 'none' && L.preset === 'none'; }
function tiles() { return L.families.startsWith('tiles'); }

function devicesView() {
  const out = [];
  if (S.notice) out.push(h('notice', 'div', null, S.notice));
  if (!S.rows && !lateFamilies()) return [...out, h('', 'p', null, W.loading + '\u2026')];
  if (L.search) out.push(h('', 'input', { type: 'search', placeholder: W.search, style: 'padding:6px;width:220px;margin:6px 0' }));
  switch (L.families) {
    case 'accordion':
      for (const f of families()) {
        const open = S.family === f.family, host = h('fold', 'div', null);
        const head = press(h('foldhead', L.button === 'button' ? 'button' : L.split ? 'div' : 'h3', { 'aria-expanded': L.split ? String(open) : null, style: 'margin:0' }, h('big', 'span', null, withCount(f.words, f.n)), h('', 'span', null, open ? '\u25b4' : '\u25be')), () => pick(open ? null : f.family));
        host.append(mark(head, f.family, 'family'));
        if (open) host.append(...(S.rows ? listing() : [h('', 'p', null, W.loading)]));
        out.push(host);
      }
      if (L.group) out.push(h('list', 'div', null, makeRowAlone(pageRows()[0])));
      return out;
    case 'tabs': case 'chips': {
      const bar = h('tabs', L.split ? 'ul' : 'div', { role: L.split === 0 && L.families === 'tabs' ? 'tablist' : null, style: L.split ? 'list-style:none;padding:0' : null });
      const all = L.preset === 'all' ? [{ family: null, words: W.allKinds, n: S.rows ? S.rows.length : 0 }] : [];
      for (const f of [...all, ...families()]) {
        const e = mark(press(h((L.families === 'tabs' ? 'tab' : 'chip') + (S.family === f.family ? ' on' : ''), L.button === 'anchor' ? 'a' : L.button === 'bare' || L.button === 'div' ? 'div' : 'button', { role: L.split === 0 && L.families === 'tabs' ? 'tab' : null, href: L.button === 'anchor' ? '#' : null }, withCount(f.words, f.n)), () => pick(f.family)), f.family || '*', 'family');
        bar.append(L.split ? h('', 'li', null, e) : e);
      }
      out.push(bar);
      break;
    }
    case 'select': {
      const sel = h('', 'select', { style: 'padding:6px;margin:8px 0' }, h('', 'option', { value: '' }, L.preset === 'all' ? W.allKinds : W.choose), families().map(f => h('', 'option', { value: f.family }, L.counts === 'within' ? f.words + ' (' + f.n + ')' : f.words)));
      sel.value = S.family || '';
      sel.addEventListener('change', () => { S.acts++; pick(sel.value || null); });
      out.push(mark(sel, '', 'select'));
      break;
    }
    case 'none': break;
    default: /* tiles */
      if (!S.family) {
        out.push(h('tiles', L.split ? 'ul' : 'div', { style: L.split ? 'list-style:none;padding:0' : null }, families().map(f => {
          const t = tile(f);
          return L.split ? h('', 'li', null, t) : t;
        })));
        if (L.group) out.push(h('list', 'div', null, makeRowAlone(pageRows()[0])));
        return out;
      }
      out.push(h('', 'div', null, mark(press(h('', 'a', { href: '#' }, '\u2039 ' + W.allKinds), () => { if (!L.portal) history.pushState(null, '', boot.base + 'alldevices'); pick(null); }), '', 'back')));
      out.push(h('title', 'h2', null, (families().find(f => f.family === S.family) || { words: '' }).words));
  }
  if (L.families !== 'none' && !S.family && L.preset !== 'all') { out.push(h('', 'p', null, W.choose)); return out; }
  if (!S.rows) { out.push(h('', 'p', null, W.loading + '\u2026')); return out; }
  out.push(...listing());
  return out;
}
function makeRowAlone(r) { return h('line', 'div', null, h('namecell', 'div', null, h('name', 'div', null, r.name)), h('actcell', 'div', null, plainButtons(r, 'row', () => render()))); }
function tile(f) {
  const address = boot.base + 'devicedetails?deviceFamily=' + encodeURIComponent(f.family), inner = [h('big', L.split === 1 ? 'h3' : 'div', { style: 'margin:0' }, withCount(f.words, f.n))];
  const go = () => { if (L.push && !L.portal) history.pushState(null, '', address); pick(f.family); };
  let e;
  if (L.families === 'tiles-link') {
    e = h('tile', 'a', { href: address }, inner);
    if (L.push) press(e, go);
  } else if (L.families === 'tiles-button') e = press(h('tile', 'button', { type: 'button' }, inner), go);
  else e = press(h('tile', 'div', { tabindex: L.split ? '0' : null }, inner), go);
  return mark(e, f.family, 'family');
}

/* ---- a list of rows ---- */
function shell() {
  const t = { table: 'table', ul: 'ul', dl: 'dl' }[L.list] || (L.split === 2 ? 'section' : 'div');
  const box = h(L.list === 'table' ? 'table' : L.list === 'cards' ? 'cards' : 'list', t, { role: L.list === 'aria' ? 'table' : null, style: t === 'ul' ? 'list-style:none;padding:0' : null });
  if (L.list !== 'table') return [box, box];
  const titles = { name: W.name, kind: W.kind, date: W.date, id: W.serial, acts: W.actions };
  const on = { name: true, kind: L.kinds, date: L.dates && !L.portal, id: L.ids === 'row' || L.ids === 'grouped', acts: true };
  box.append(h('', 'thead', null, h('', 'tr', null, L.order.filter(o => on[o]).map(o => h('head', 'th', null, titles[o])))));
  const body = h('', 'tbody', null);
  box.append(body);
  return [box, body];
}
function listing() {
  const rows = shownRows(), out = [];
  if (L.action === 'toolbar' || L.allBar) out.push(toolbar());
  if (L.promos && rows.length) out.push(h('promo', 'div', null, h('', 'span', null, L.split ? say(W.lonely, rows[rows.length - 1].name) : rows[0].kind || 'Echo'), button('button', W.buy, () => act('buy', 'promotion'))));
  let into, body;
  const [box, b] = shell();
  into = b;
  let from = 0, to = rows.length;
  if (L.paging === 'pages') { const last = Math.max(1, Math.ceil(rows.length / L.size)); S.page = Math.min(S.page, last); from = (S.page - 1) * L.size; to = Math.min(to, from + L.size); }
  if (L.paging === 'more' || L.paging === 'scroll') to = Math.min(to, S.shown);
  body = box;
  if (L.paging === 'virtual') body = virtual(box, rows);
  else for (const r of rows.slice(from, to)) into.append(makeRow(r));
  if (!rows.length) out.push(h('', 'p', null, W.empty));
  if (L.shadow === 'list') { const host = h('', 'x-' + letters('host').slice(0, 5), { style: 'display:block' }), root = host.attachShadow({ mode: 'open' }); root.adoptedStyleSheets = [sheet]; root.append(body); body = host; }
  let outer = body;
  if (L.paging === 'scroll') {
    const grow = () => { if (S.shown < rows.length && !S.growing) { S.growing = true; setTimeout(() => { S.growing = false; S.shown += L.size; S.acts++; for (const r of rows.slice(S.shown - L.size, S.shown)) into.append(makeRow(r)); watch(); }, 150); } };
    if (L.scroller === 'box') {
      outer = h('scroller', 'div', { style: 'height:260px' }, body);
      outer.addEventListener('scroll', () => { if (outer.scrollTop + outer.clientHeight > outer.scrollHeight - 60) grow(); });
    } else S.grow = grow;
    const watch = () => { if (outer.isConnected && (L.scroller === 'box' ? outer.scrollHeight <= outer.clientHeight + 60 : innerHeight + scrollY > document.documentElement.scrollHeight - 120)) grow(); };
    setTimeout(watch, 50);
    mark(outer, '', 'scroller');
  }
  out.push(outer);
  if (L.copy !== 'none') out.push(phoneCopy(rows));
  if (L.paging === 'more' && to < rows.length) out.push(mark(button('button', W.more, () => { S.turning = true; setTimeout(() => { S.turning = false; S.shown += L.size; render(); }, 60); }), '', 'more')); else R.delete('\nmore');
  if (L.paging === 'pages' && rows.length > L.size) out.push(pages(Math.ceil(rows.length / L.size))); else R.delete('\nnext');
  return out;
}
window.addEventListener('scroll', () => { if (S.grow && innerHeight + scrollY > document.documentElement.scrollHeight - 120) S.grow(); });
function pages(n) {
  const turn = p => () => { S.turning = true; setTimeout(() => { S.turning = false; S.page = p; render(); }, 60); }, bar = h('bar', L.split ? 'ul' : 'nav', { style: 'padding:12px 0;list-style:none' }), tag = L.split === 2 ? 'button' : 'a';
  for (let p = 1; p <= n; p++) bar.append(h('', 'li', { style: 'list-style:none' }, press(h('chip' + (p === S.page ? ' on' : ''), tag, { href: tag === 'a' ? '#' : null }, String(p)), turn(p))));
  R.delete('\nnext');
  if (S.page < n) bar.append(mark(press(h('chip', tag, { href: tag === 'a' ? '#' : null, 'aria-label': L.split === 1 ? W.next : null }, L.split === 1 ? '\u203a' : W.next), turn(S.page + 1)), '', 'next'));
  mark(bar.firstChild.firstChild, '', 'first');
  return bar;
}
/* only the rows near the window are in the page */
function virtual(box, rows) {
  const H = 84, inner = L.scroller === 'box' ? h('scroller', 'div', null) : h('', 'div', { style: 'position:relative' }), pool = new Map(), spare = [];
  box.style.cssText += ';position:relative;height:' + rows.length * H + 'px;display:block;margin:0';
  const place = () => {
    const top = L.scroller === 'box' ? inner.scrollTop : Math.max(0, -box.getBoundingClientRect().top), h1 = L.scroller === 'box' ? inner.clientHeight || 430 : innerHeight;
    const from = Math.max(0, Math.floor(top / H) - 2), to = Math.min(rows.length, Math.ceil((top + h1) / H) + 2);
    for (const [i, n] of pool) if (i < from || i >= to) { pool.delete(i); if (L.recycle) spare.push(n); else n.remove(); }
    for (let i = from; i < to; i++) {
      if (pool.has(i)) continue;
      let n = spare.pop();
      if (n) { R.forEach((v, k) => { if (n.contains(v)) R.delete(k); }); rowOf.set(n, rows[i]); n._over = false; dressID(n, rows[i]); fill(n, rows[i]); mark(n, rows[i].key, 'row'); } else n = makeRow(rows[i]);
      n.style.cssText += ';position:absolute;left:0;right:0;height:' + H + 'px;box-sizing:border-box;top:' + i * H + 'px;flex-wrap:nowrap';
      pool.set(i, n);
      if (!n.isConnected || n.parentNode !== box) box.append(n);
    }
    for (const n of spare.splice(0)) n.remove();
  };
  inner.append(box);
  inner.addEventListener('scroll', place);
  if (S.unplace) window.removeEventListener('scroll', S.unplace);
  if (L.scroller !== 'box') window.addEventListener('scroll', S.unplace = place);
  place();
  setTimeout(place, 0);
  return mark(inner, '', 'scroller');
}
/* a second list, for phones, that is not shown here */
function phoneCopy(rows) {
  return h('', 'div', { style: L.copy === 'display' ? 'display:none' : 'visibility:hidden;position:absolute;left:0;top:300px;width:600px;height:10px;overflow:hidden' }, rows.map(r => h('card', 'div', null, h('name', 'div', null, r.name), lookOf(r).offer ? button('button', W.dereg, () => act('hidden copy', r.name)) : null)));
}

/* ---- the frame ---- */
function tabBar() {
  const tab = (text, address, on) => h('', 'a', { href: address, tabindex: '0', 'class': 'NavigationBar-module__inline_myx_Stnd1 NavigationBar-module__navOptionItem_myx_Stnd1 ' + (on ? 'NavigationBar-module__active_Stnd1' : ''), style: 'display: inline-block;' }, h('', 'div', null, h('', 'div', null, h('', 'span', null, text))));
  const now = location.pathname.includes('contentlist') ? 'content' : 'devices';
  return h('', 'div', null, h('', 'h1', null, W.title), h('', 'div', { 'class': 'NavigationBar-module__navOptions_myx_Stnd1 NavigationBar-module__inline_myx_Stnd1' },
    tab(W.content, boot.base + 'contentlist/booksAll/dateDsc', now === 'content'), tab(W.devices, boot.base + 'alldevices', now === 'devices'), tab(W.preferences, '/hz/mycd/myx#/home/settings/payment', false), tab(W.privacy, boot.base + 'privacysettings', false)));
}
function render() {
  const y = scrollY;
  live = [];
  S.grow = null;
  S.bar = null;
  R.forEach((v, k) => { if (!k.startsWith('\n') || k === '\nselect' || k === '\nback' || k === '\nmore' || k === '\nnext' || k === '\ndereg') R.delete(k); });
  put(S.main, view());
  if (L.where === 'side' && L.action === 'details') { S.side.replaceChildren(); if (S.detail) { S.detail.node = null; S.detail = null; } }
  if (S.bar) refreshBar();
  scrollTo(0, y);
}
function over() {
  const seen = k => { try { return sessionStorage.getItem(k) === '1'; } catch (e) { return false; } };
  const put = (kind, roles, ms, kids) => {
    const key = 'c' + fnv(kind + boot.seed);
    if (seen(key)) return;
    later(ms, () => {
      const all = [], shut = () => { all.forEach(e => e.remove()); R.delete('\nover-' + kind); sessionStorage.setItem(key, '1'); };
      if (kind === 'survey' && L.survey === 'full') all.push(h('veil', 'div', { style: 'z-index:119' }));
      const c = closer(shut), box = h(roles, 'div', { role: L.split === 0 ? 'dialog' : null }, kids, c);
      if (L.close === 'word') c.style.cssText += ';position:absolute;right:16px;top:12px';
      all.push(box);
      document.body.append(...all);
      mark(c, '', 'over-' + kind);
    });
  };
  if (L.survey !== 'none') put('survey', 'survey', 400 + boot.seed % 500, [h('title', 'div', null, W.survey), h('bar', 'div', null, button('button', W.good, () => act('good', 'survey')), button('button', W.bad, () => act('bad', 'survey')))]);
  if (L.banner !== 'none') put('banner', L.banner === 'top' ? 'topbar' : 'lowbar', 0, [h('', 'span', null, W.banner), ' ', button('button', W['try'], () => act('try', 'banner'))]);
  if (L.cookie) put('cookie', 'cookie', 0, [h('', 'p', null, W.cookies), button('button', W.accept, () => act('accept', 'cookies'))]);
}

/* ---- the portal: routes after "#" ---- */
function portalView() {
  const hash = location.hash, m = /^#\/?settings\/device\/([^\/?]+)/.exec(hash);
  if (m) {
    if (!S.rows) return h('', 'p', null, W.loading + '\u2026');
    const id = decodeURIComponent(m[1]), r = S.rows.find(r => r.serial === id || r.key === id);
    if (!r) return h('', 'p', null, W.empty);
    if (!S.detail || S.detail.r.key !== r.key) S.detail = { r: r, n: ++menus };
    return h('panel', 'section', null, press(h('', 'a', { href: '#settings' }, '\u2039 ' + W.back), () => closeDetails()), detailKids(r));
  }
  if (/^#\/?settings/.test(hash)) return [h('title', 'h2', null, W.settings), ...(S.detail && L.where === 'page' && !L.portal ? [] : devicesView()), h('line', 'div', null, W.history), h('line', 'div', null, W.account)];
  return h('title', 'h2', null, W.home);
}
function portalFrame(body) {
  const id = n => L.frame ? n : letters(n).slice(0, 6), go = to => () => { if (location.hash === to) route(); else location.hash = to; };
  const item = (n, text, to) => mark(press(h('nav', L.split ? 'div' : 'a', { id: id(n), href: L.split ? null : to }, text), go(to)), '', n);
  const main = h('grow', 'div', { id: id('d-content'), style: 'padding:20px' });
  const app = h('', 'div', { id: id('d-app') }, h('top', 'div', { id: id('d-header') }, 'Amazon Alexa'),
    h('split', 'div', null, h('left', 'div', { id: id('d-navigate') }, item('iHome', W.home, '#'), item('iSettings', W.settings, '#settings')), h('grow', 'div', { id: id('d-page') }, h('split', 'div', null, main, S.side))));
  body.append(app);
  return main;
}
function route() {
  closeMenu();
  if (location.hash.startsWith('#settings') || location.hash.startsWith('#/settings')) need();
  if (!location.hash.includes('device/') && L.where === 'page') S.detail = null;
  render();
}

function start(root) {
  S.root = root;
  S.side = h('', 'div', null);
  if (boot.solve) window.standinLayout = { L: L, S: S, R: R, looks: looks };
  if (L.portal) {
    S.main = portalFrame(root);
    window.addEventListener('hashchange', route);
    over();
    if (L.families !== 'none' && L.preset === 'first' && !tiles()) S.wantFirst = true;
    route();
    return;
  }
  S.main = h('grow', 'div', null);
  if (location.pathname.includes('contentlist')) { root.append(h('page', 'div', null, tabBar(), h('title', 'h3', null, W.content))); return; }
  root.append(h('page', 'div', null, tabBar(), h('split', 'div', null, S.main, S.side)));
  const asked = new URLSearchParams(location.search).get('deviceFamily');
  if (asked && location.pathname.includes('devicedetails')) S.family = asked;
  else if (L.preset === 'first' && L.families !== 'none' && !tiles()) S.family = families()[0] && families()[0].family;
  window.addEventListener('popstate', () => { S.family = new URLSearchParams(location.search).get('deviceFamily'); need(); render(); });
  S.tab = 'overview';
  over();
  if (S.gate ? !lateFamilies() || S.family : !L.lateList) need();
  render();
}
