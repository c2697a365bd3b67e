/* unecho stand-in, a drawn page: what can be done to a device, in the row, behind the mouse, in a menu, in the details. */

/* the buttons of a device in their order */
function doings(r) {
  if (r.promo) return [{ what: 'buy', text: W.buy, on: () => act('buy', r.name) }];
  const list = L.neighbours.map(w => w === 'dereg'
    ? { what: w, text: W.dereg, on: ev => ask([r], ev) }
    : { what: w, text: W[w], on: () => act(w, r.name) });
  if (r.group) list.push({ what: 'group', text: W.group, on: () => act('group', r.name) });
  return list.filter(d => d.what !== 'dereg' || r.group || lookOf(r).offer);
}
function plainButtons(r, place, again) {
  const bar = h('bar', L.split === 1 ? 'span' : 'div', null);
  for (const d of doings(r)) {
    if (d.what === 'dereg' && !due(place + r.key, again)) continue;
    const b = button('button', d.text, d.on);
    if (d.what === 'dereg') mark(b, r.key, 'dereg');
    bar.append(b);
  }
  return bar;
}

/* the cell of a row where its actions are */
function acts(r, node) {
  const again = () => refill(r.key), out = [];
  switch (r.promo ? 'row' : L.action) {
    case 'row': out.push(plainButtons(r, 'row', again)); break;
    case 'hover': {
      const on = node._over || L.hover === 'none';
      if (L.hover === 'insert') { if (on) out.push(plainButtons(r, 'row', again)); else out.push(h('', 'span', null, '\u00a0')); break; }
      const bar = plainButtons(r, 'row', again);
      if (!on) bar.style.cssText += L.hover === 'opacity' ? ';opacity:0;pointer-events:none' : ';visibility:hidden';
      out.push(bar);
      break;
    }
    case 'menu': out.push(...opener(r, 'row', node)); break;
    case 'details':
      if (r.group) out.push(plainButtons(r, 'row', again));
      else if (L.behind === 'chevron') out.push(mark(press(h('opener', L.button === 'button' ? 'button' : 'div', L.opener === 'labelled' ? { role: 'button', 'aria-label': W.details } : null, L.opener === 'word' ? W.details : pathIcon('M5 2L11 8L5 14')), () => openDetails(r)), r.key, 'opener'));
      break;
    case 'toolbar': {
      const box = h('', 'input', { type: 'checkbox', 'aria-label': L.opener === 'labelled' ? W.pick : null, disabled: lookOf(r).offer || r.group ? null : '' });
      box.checked = S.checked.has(r.key);
      box.addEventListener('click', ev => ev.stopPropagation());
      box.addEventListener('change', () => { S.acts++; if (box.checked) S.checked.add(r.key); else S.checked.delete(r.key); refreshBar(); });
      out.push(mark(box, r.key, 'box'));
      break;
    }
  }
  if (S.ask && S.ask.inline && S.ask.rows[0].key === r.key && L.action !== 'details') out.push(h('inline', 'div', null, askKids()));
  return out;
}
/* what is shown only while the mouse is over a row */
function hovers(node) {
  const set = on => () => { if (!!node._over === on || !node.isConnected) return; node._over = on; S.acts++; fill(node, rowOf.get(node), live.some(l => l.node === node && l.nested)); mark(node, rowOf.get(node).key, 'row'); };
  node.addEventListener('mouseenter', set(true));
  node.addEventListener('mouseleave', ev => { if (!S.ask) set(false)(ev); });
}

/* ---- menus ---- */
function opener(r, place, host) {
  const f = () => toggleMenu(r, place, host);
  let e;
  switch (L.opener) {
    case 'word': e = button('opener', W.actions + ' \u25be', f); break;
    case 'icon': e = press(h('opener', 'div', null, dotsIcon()), f); break;
    case 'labelled': e = press(h('opener', 'div', { role: 'button', tabindex: '0', 'aria-label': W.actions, 'aria-haspopup': 'true' }, dotsIcon()), f); break;
    case 'native': e = press(h('opener', 'button', { type: 'button' }, dotsIcon()), f); break;
    default: e = press(h('opener', L.button === 'button' ? 'button' : 'div', { tabindex: '0' }, L.split ? '\u22ef' : '...'), f);
  }
  mark(e, r.key, 'menu');
  if (L.menuAt !== 'in') return [e];
  const open = S.menu && S.menu.key === r.key && S.menu.place === place && S.menu.ready;
  if (open) S.menu.opener = e;
  if (!open && L.menuIdle === 'absent') return [e];
  const m = menu('menu', r, place);
  if (L.order[0] === 'acts' || place !== 'row') { m.style.right = 'auto'; m.style.left = '0'; }
  if (open) S.menu.node = m; else m.style.visibility = 'hidden';
  return [h('', 'span', { style: 'position:relative;display:inline-block' }, e, m)];
}
function menuKids(r, place) {
  const kids = [], again = () => { if (S.menu && S.menu.key === r.key) showMenu(); };
  if (L.menuHead) kids.push(h('big', L.split ? 'li' : 'div', { style: 'padding:6px 14px' }, r.name));
  if (L.ids === 'menu' && r.serial) kids.push(h('small', L.split ? 'li' : 'div', { style: 'padding:4px 14px;display:block' }, W.serial + ': ' + fours(r.serial)));
  const open = S.menu && S.menu.key === r.key && S.menu.ready;
  for (const d of doings(r)) {
    if (d.what === 'dereg' && (!open && L.late || open && !due('menu' + S.menu.n, again))) continue;
    const f = ev => { closeMenu(); d.on(ev); };
    let e;
    switch (L.button) {
      case 'button': case 'input': e = press(h('item', 'button', { type: 'button', role: L.split ? 'menuitem' : null }, d.text), f); break;
      case 'anchor': e = press(h('item', 'a', { href: '#' }, d.text), f); break;
      case 'amazon': e = button('item', d.text, f); break;
      default: e = press(h('item', 'div', { role: L.button === 'role' ? 'menuitem' : null, tabindex: L.button === 'bare' ? null : '0' }, h('', 'span', null, d.text)), f);
    }
    if (d.what === 'dereg' && open) mark(e, r.key, 'dereg');
    kids.push(L.split ? h('', 'li', { style: 'list-style:none' }, e) : e);
  }
  return kids;
}
function menu(roles, r, place) { return h(roles, L.split ? 'ul' : 'div', { role: L.button === 'role' ? 'menu' : null }, menuKids(r, place)); }
let menus = 0;
function toggleMenu(r, place, host) {
  const was = S.menu && S.menu.key === r.key && S.menu.place === place;
  closeMenu();
  if (was) return;
  const m = S.menu = { key: r.key, r: r, place: place, host: host, ready: false, n: ++menus, opener: R.get(r.key + '\nmenu') };
  later(L.menuDelay, () => { if (S.menu !== m) return; m.ready = true; showMenu(); });
}
function showMenu() {
  const m = S.menu, r = m.r;
  if (L.menuAt === 'in') { if (m.place === 'row') refill(r.key); else refreshDetails(); return; }
  if (m.node) { put(m.node, m.inner ? m.inner(menuKids(r, m.place)) : menuKids(r, m.place)); return; }
  const host = m.place === 'row' ? nodeOf(r.key) : null;
  if (L.menuAt === 'sibling' && host && L.list !== 'cards') {
    const tag = rowTag(live.some(l => l.node === host && l.nested));
    if (tag === 'tr') m.inner = kids => h('', 'td', { colspan: '6' }, h('under', 'div', null, kids));
    m.node = h(tag === 'tr' ? '' : 'under', tag, null, m.inner ? m.inner(menuKids(r, m.place)) : menuKids(r, m.place));
    if (tag.startsWith('x-')) m.node.style.display = 'flex';
    host.after(m.node);
    return;
  }
  const at = R.get(r.key + '\nmenu').getBoundingClientRect();
  m.node = menu('float', r, m.place);
  document.body.append(m.node);
  m.node.style.left = Math.max(8, Math.min(at.right - 210, innerWidth - 260)) + 'px';
  m.node.style.top = Math.min(at.bottom + 4, innerHeight - m.node.offsetHeight - 50) + 'px';
}
function closeMenu() {
  const m = S.menu;
  S.menu = null;
  if (!m) return;
  if (L.menuAt !== 'in' && m.node) m.node.remove();
  if (L.menuAt === 'in') { if (m.place === 'row') refill(m.key); else refreshDetails(); }
}
window.addEventListener('scroll', ev => { if (S.menu && S.menu.node && L.menuAt === 'body' && ev.target !== S.menu.node) { const m = S.menu; if (m.shownAt === undefined) m.shownAt = scrollY; if (Math.abs(scrollY - m.shownAt) > 40) closeMenu(); } }, true);

/* ---- details ---- */
function openDetails(r) {
  if (S.opening === r.key) return;
  S.opening = r.key;
  later(L.menuDelay, () => {
    if (S.opening !== r.key) return;
    S.opening = null;
    closeDetails();
    S.detail = { r: r, n: ++menus };
    if (L.portal && L.where === 'page') { location.hash = '#settings/device/' + encodeURIComponent(r.serial || r.key); return; }
    showDetails();
  });
}
function showDetails() {
  const d = S.detail, r = d.r;
  switch (L.where) {
    case 'page': render(); return;
    case 'drawer': d.node = h('drawer', 'div', null); document.body.append(d.node); break;
    case 'side': d.node = h('panel aside', 'aside', null); S.side.replaceChildren(d.node); break;
    case 'dialog': d.veil = h('veil', 'div', null); d.node = h('box', 'div', { role: L.button === 'role' ? 'dialog' : null }); document.body.append(d.veil, d.node); break;
    case 'inline': {
      const host = nodeOf(r.key);
      if (!host) return;
      const tag = rowTag(live.some(l => l.node === host && l.nested));
      d.node = h('panel', tag === 'tr' ? 'td' : tag === 'div' && L.list === 'dl' ? 'dd' : tag, tag === 'tr' ? { colspan: '6' } : null);
      if (tag.startsWith('x-')) d.node.style.display = 'block';
      d.outer = tag === 'tr' ? h('', 'tr', null, d.node) : d.node;
      if (L.list === 'cards') d.node.style.gridColumn = '1 / -1';
      host.after(d.outer);
    }
  }
  refreshDetails();
}
function refreshDetails() {
  const d = S.detail;
  if (!d) return;
  if (!d.node) { if (L.where === 'page') render(); return; } /* they are the page itself */
  put(d.node, detailKids(d.r));
}
function detailKids(r) {
  const id = shownID(r, 'details'), facts = [];
  if (r.kind) facts.push([W.kind, r.kind]);
  if (r.date) facts.push([W.date, r.date]);
  if (id) facts.push([W.serial, id]);
  if (L.portal) facts.push([W.account, 'Ada']);
  const dl = h('facts', L.split ? 'dl' : 'div', null, facts.map(f => [h('label', L.split ? 'dt' : 'div', null, f[0]), h('', L.split ? 'dd' : 'div', { style: 'margin:0' }, f[1])]));
  const out = [nameNode(r, 'details'), dl];
  out.push(L.within === 'menu' ? h('actcell', 'div', null, opener(r, 'details', null)) : plainButtons(r, 'details' + S.detail.n, () => refreshDetails()));
  if (S.ask && S.ask.inline && L.action === 'details') out.push(h('inline', 'div', null, askKids()));
  if (L.where !== 'page') out.push(h('', 'div', { style: 'margin-top:14px' }, closer(() => closeDetails())));
  return out;
}
function closeDetails() {
  const d = S.detail;
  S.detail = null;
  if (S.menu && S.menu.place === 'details') closeMenu();
  if (!d) return;
  if (d.veil) d.veil.remove();
  if (d.outer) d.outer.remove(); else if (d.node) d.node.remove();
  if (L.where === 'page') { if (L.portal) location.hash = '#settings'; else render(); }
}

/* ---- a bar over the list ---- */
function toolbar() {
  const bar = h('bar', 'div', { style: 'padding:8px 0' });
  S.bar = bar;
  refreshBar();
  return bar;
}
function refreshBar() {
  const bar = S.bar;
  if (!bar) return;
  bar.replaceChildren();
  const picked = (S.rows || []).concat(pageRows()).filter(r => S.checked.has(r.key));
  if (L.action !== 'toolbar') { if (L.allBar) bar.append(button('button', W.all, () => act('all', ''))); return; }
  for (const w of L.neighbours) {
    if (w !== 'dereg') { bar.append(button('button', W[w], () => act(w, picked.map(r => r.name).join()))); continue; }
    if (!due('bar', refreshBar)) continue;
    const b = button('button', W.dereg, ev => { if (picked.length) ask(picked, ev); }, { off: !picked.length });
    bar.append(mark(b, '', picked.length ? 'dereg' : 'off'));
    if (!picked.length) R.delete('\ndereg');
  }
}
