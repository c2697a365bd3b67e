/* unecho stand-in, a drawn page: the rows, cards or lines of the devices and what they say. */
let live = [];
const rowOf = new WeakMap();

function fours(s) { return s.replace(/(.{4})(?=.)/g, '$1 '); }
function shownID(r, at) {
  if (!r.serial) return null;
  if (L.ids === at || at === 'details' && L.ids === 'row') return r.serial;
  if (L.ids === 'grouped' && (at === 'row' || at === 'details')) return fours(r.serial);
  return null;
}

/* the name, drawn as all are, or as this one is */
function nameWords(r, plain) {
  const n = r.name, k = lookOf(r), half = n.indexOf(' ') > 0 ? n.indexOf(' ') + 1 : Math.ceil(n.length / 2);
  if (k.form === 'suffix') return [n + ' \u2013 ' + (k.words || r.kind)];
  if (k.form === 'twice') return [n.replace(/&/g, '&amp;').replace(/'/g, '&#39;')];
  if (k.form === 'cut' && n.length > 8) return [n.slice(0, 7) + '\u2026'];
  if (plain) return [n];
  switch (L.name) {
    case 'split': return L.split === 0 ? [h('', 'span', null, n.slice(0, half)), h('', 'span', null, n.slice(half))] : L.split === 1 ? [h('', 'b', null, n.slice(0, 1)), n.slice(1)] : [...n.split(/(?<= )/)].map(w => h('', 'span', null, w));
    case 'cut-title': return [n.length > 10 ? n.slice(0, 9) + '\u2026' : n];
    case 'label': return [W.name + ': ' + n];
    case 'label-apart': return [h('label', 'span', null, W.name + ':'), ' ', h('', 'span', null, n)];
    case 'nested': return [h('', 'span', null, h('', 'span', null, n))];
  }
  return [n];
}
function nameNode(r, at) {
  const k = lookOf(r), cutCss = L.name === 'cut-css' && at === 'row';
  const opens = at === 'row' && L.action === 'details' && L.behind === 'name';
  const tag = at === 'details' ? 'h2' : opens && L.nameTag !== 'a' ? (L.listen === 'document' ? L.nameTag : 'button') : L.nameTag;
  const e = h('name' + (cutCss ? ' cut' : ''), tag, { title: L.name === 'cut-title' && k.form === '' && r.name.length > 10 ? r.name : null, href: tag === 'a' ? (opens ? '#' : null) : null }, nameWords(r, at === 'details' && L.name !== 'split'));
  if (opens && !r.promo) {
    if (tag === 'button') e.style.cssText += ';background:none;border:0;padding:0;font:inherit;font-weight:600';
    mark(press(e, () => openDetails(r)), r.key, 'opener');
  }
  if (!k.badge) return [e];
  const badge = h('badge', 'span', null, W[k.badge]);
  if (L.name === 'plain' && L.split === 0 && at === 'row' && !cutCss) { e.append(badge); return [e]; }
  if (/^(H3|P|DIV|A)$/.test(e.tagName)) e.style.display = cutCss ? e.style.display : 'inline-block';
  return [e, badge];
}

function kidsOf(r) { return L.paging === 'virtual' ? [] : (S.rows || []).filter(o => lookOf(o).in === r.key && lookOf(o).family === lookOf(r).family); }
function isKid(r) { return L.paging !== 'virtual' && lookOf(r).in && (S.rows || []).some(o => o.key === lookOf(r).in && lookOf(o).family === lookOf(r).family); }

function cellTag(i, nested) {
  if (nested) return 'div';
  return { table: 'td', dl: i === 0 ? 'dt' : 'dd', ul: i % 2 ? 'div' : 'span', custom: 'span', aria: 'div' }[L.list] || 'div';
}
function cells(r, node, nested) {
  const out = [];
  const put = (roles, kids, plain) => {
    const t = cellTag(out.length, nested);
    out.push(h((L.list === 'table' && !nested ? 'cell ' : '') + (L.list === 'cards' && !nested ? '' : roles), t, { role: L.list === 'aria' && !nested ? 'cell' : null, style: t === 'dd' ? 'margin:0' : null }, plain ? kids : wrapped(h('', 'div', null, kids))));
  };
  for (const part of L.order) {
    switch (part) {
      case 'name': put('namecell', nameNode(r, 'row')); break;
      case 'kind': if (L.kinds && (r.kind || L.list === 'table')) put('kindcell', [r.kind]); break;
      case 'date': if (L.dates && (r.date || L.list === 'table') && !L.portal) put('datecell', [r.date]); break;
      case 'id': {
        const id = shownID(r, 'row');
        if (id) put('idcell', L.name.startsWith('label') ? [W.serial + ': ' + id] : [id]); else if (L.list === 'table' && (L.ids === 'row' || L.ids === 'grouped')) put('idcell', []);
        break;
      }
      case 'acts': put('actcell', acts(r, node), true); break;
    }
  }
  const kids = kidsOf(r);
  if (kids.length && !nested) {
    const nest = h('nest', L.list === 'table' ? 'div' : cellTag(9), { style: L.list === 'dl' ? 'margin:8px 0 0 26px' : null }, kids.map(k => makeRow(k, true)));
    if (L.list === 'table') out[L.order.indexOf('name') > 0 ? 1 : 0].append(nest); else out.push(nest);
  }
  return out;
}
function fill(node, r, nested) {
  const into = L.shadow === 'row' && !nested ? node.shadowRoot || node.attachShadow({ mode: 'open' }) : node;
  if (into !== node && !into.adoptedStyleSheets.length) into.adoptedStyleSheets = [sheet];
  const inner = cells(r, node, nested);
  if (into !== node) into.replaceChildren(h(L.list === 'cards' ? '' : 'line', 'div', { style: 'border:0' }, inner)); else into.replaceChildren(...inner);
}
function rowTag(nested) { return nested ? 'div' : { table: 'tr', ul: 'li', dl: 'div', custom: 'x-' + letters('row').slice(0, 4), cards: L.split ? 'article' : 'div' }[L.list] || 'div'; }
function makeRow(r, nested) {
  const i = boot.order.indexOf(r.key);
  const roles = nested ? 'line' : (L.list === 'table' ? 'row' : L.list === 'cards' ? 'card' : L.shadow === 'row' ? '' : 'line') + (L.odd && i % 2 ? ' odd' : '');
  const node = h(roles, rowTag(nested), { role: L.list === 'aria' && !nested ? 'row' : null });
  dressID(node, r);
  if (L.list === 'custom' || L.shadow === 'row' && !nested) node.style.display = L.list === 'custom' && L.shadow !== 'row' ? 'flex' : 'block';
  rowOf.set(node, r);
  if (L.action === 'details' && L.behind === 'row' && !r.promo && !r.group) press(node, () => openDetails(rowOf.get(node)));
  if (L.action === 'hover') hovers(node);
  fill(node, r, nested);
  live.push({ node: node, nested: !!nested });
  mark(node, r.key, 'row');
  return node;
}
/* an id that stands in an attribute only */
function dressID(node, r) {
  if (L.ids !== 'attribute') return;
  const id = r.serial || r.accountID;
  if (fnv('attr' + boot.seed) % 2) node.setAttribute('data-' + letters('attr').slice(0, 5), id || ''); else node.id = letters('id').slice(0, 4) + '-' + id;
}
function refill(key) {
  for (const l of live) {
    const r = rowOf.get(l.node);
    if (l.node.isConnected && (!key || r.key === key)) { if (!l.nested || key) fill(l.node, r, l.nested); mark(l.node, r.key, 'row'); }
  }
}
function nodeOf(key) { const l = live.filter(l => l.node.isConnected && rowOf.get(l.node).key === key); return l.length ? l[l.length - 1].node : null; }
if (L.rerows) setInterval(() => { live = live.filter(l => l.node.isConnected); refill(''); }, L.rerows);
