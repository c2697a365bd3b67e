/* unecho stand-in, a drawn page: elements, class names, colours, buttons. */
const SALT = L.perLoad ? String(Math.random()) : 's' + boot.seed;
const HUE = ['#0f1111', '#1f2a44', '#232f3e', '#3b2f4a', '#12352f'][L.theme], TINT = ['#f7fafa', '#eef3fb', '#fff8ee', '#f5f0fa', '#eef8f4'][L.theme];
const ROUND = ['4px', '8px', '0', '14px', '3px'][L.theme], FONT = ['13px', '14px', '15px', '14px', '13px'][L.theme];

function fnv(s) { let n = 2166136261; for (const c of s) { n ^= c.codePointAt(0); n = Math.imul(n, 16777619); } n ^= n >>> 13; n = Math.imul(n, 0x5bd1e995); return (n ^ n >>> 15) >>> 0; }
function rnd(s) { return fnv(SALT + s).toString(36); }
function letters(s) { return rnd(s).replace(/[0-9]/g, d => 'ghjkmnpqrs'[d]); }

const CSS = {
  page: 'max-width:1120px;margin:16px auto 0;padding:0 20px 60px;min-height:520px;font-size:' + FONT + ';color:' + HUE,
  split: 'display:flex;gap:20px;align-items:flex-start', grow: 'flex:1;min-width:0',
  list: 'border:1px solid #ddd;border-radius:' + ROUND + ';margin:10px 0', cards: 'display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:14px;margin:10px 0',
  row: 'padding:10px 14px;border-bottom:1px solid #eee', line: 'display:flex;gap:16px;align-items:center;padding:10px 14px;border-bottom:1px solid #eee;position:relative;flex-wrap:wrap',
  card: 'border:1px solid #d5d9d9;border-radius:' + ROUND + ';padding:14px;position:relative;background:#fff', odd: 'background-color:' + TINT,
  table: 'width:100%;border-collapse:collapse;margin:10px 0', head: 'text-align:left;padding:8px 10px;border-bottom:2px solid #ccc;color:#555', cell: 'padding:10px;vertical-align:middle',
  name: 'font-weight:600;margin:0', namecell: 'flex:2;min-width:150px', kindcell: 'flex:1;min-width:110px;color:#565959', datecell: 'flex:1;min-width:110px;color:#565959', idcell: 'flex:1;min-width:130px;color:#565959;font-size:12px',
  actcell: 'position:relative;margin-left:auto', bar: 'display:flex;gap:8px;flex-wrap:wrap;align-items:center', cut: 'display:block;max-width:110px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap',
  badge: 'background:' + HUE + ';color:#fff;border-radius:9px;font-size:11px;padding:1px 7px;margin-left:6px;font-weight:400', label: 'color:#565959;font-weight:400',
  button: 'display:inline-block;border:1px solid #a2a6ac;border-radius:' + ROUND + ';padding:4px 11px;background:' + TINT + ';font:inherit;font-size:13px;line-height:19px;color:' + HUE + ';text-decoration:none;white-space:nowrap;position:relative',
  primary: 'background:#ffd814;border-color:#fcd200', shade: 'opacity:.5', face: 'padding:0', over: 'position:absolute;inset:0;width:100%;height:100%;opacity:.01;margin:0;padding:0;border:0',
  opener: 'display:inline-block;padding:3px 9px;border:1px solid transparent;border-radius:' + ROUND + ';background:none;font:inherit;line-height:18px',
  menu: 'position:absolute;right:0;top:28px;background:#fff;border:1px solid #ccc;border-radius:' + ROUND + ';box-shadow:0 2px 8px rgba(0,0,0,.25);z-index:40;min-width:210px;margin:0;padding:4px 0;list-style:none;text-align:left',
  float: 'position:fixed;background:#fff;border:1px solid #ccc;border-radius:' + ROUND + ';box-shadow:0 2px 8px rgba(0,0,0,.25);z-index:75;min-width:210px;margin:0;padding:4px 0;list-style:none',
  under: 'background:' + TINT + ';padding:8px 14px;border-bottom:1px solid #eee;list-style:none;display:flex;gap:10px;flex-wrap:wrap', item: 'display:block;padding:7px 14px;white-space:nowrap;color:' + HUE + ';text-decoration:none;background:none;border:0;font:inherit;text-align:left;width:100%;box-sizing:border-box',
  chip: 'display:inline-block;padding:5px 14px;border:1px solid #bbb;border-radius:16px;background:#fff;font:inherit;color:' + HUE, tab: 'display:inline-block;padding:9px 18px;border:0;border-bottom:3px solid transparent;background:none;font:inherit;color:' + HUE,
  on: 'border-color:#e77600;font-weight:700', tabs: 'display:flex;gap:6px;flex-wrap:wrap;margin:8px 0 12px', tiles: 'display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:16px;margin:12px 0',
  tile: 'display:block;border:1px solid #d5d9d9;border-radius:' + ROUND + ';padding:24px 16px;min-height:88px;background:#fff;color:' + HUE + ';text-decoration:none;font:inherit;text-align:left', big: 'font-weight:700;font-size:16px', small: 'color:#565959;font-size:12px;margin-left:6px;font-weight:400',
  fold: 'border:1px solid #ddd;border-radius:' + ROUND + ';margin:8px 0', foldhead: 'display:flex;justify-content:space-between;padding:12px 16px;background:' + TINT + ';border:0;width:100%;font:inherit;box-sizing:border-box;color:' + HUE,
  facts: 'display:grid;grid-template-columns:160px 1fr;gap:6px 14px;margin:12px 0', panel: 'border:1px solid #bbb;border-radius:' + ROUND + ';padding:18px;margin:12px 0;background:#fff',
  drawer: 'position:fixed;right:0;top:0;bottom:0;width:400px;background:#fff;box-shadow:-4px 0 14px rgba(0,0,0,.3);z-index:50;padding:24px;overflow:auto;box-sizing:border-box', aside: 'width:360px;flex:none;position:sticky;top:12px',
  veil: 'position:fixed;inset:0;background:rgba(0,0,0,.5);z-index:70', box: 'position:fixed;left:50%;top:110px;width:500px;margin-left:-250px;background:#fff;border-radius:' + ROUND + ';z-index:71;padding:22px;box-shadow:0 4px 14px rgba(0,0,0,.35);box-sizing:border-box;color:' + HUE,
  dialog: 'border:1px solid #888;border-radius:' + ROUND + ';padding:22px;width:500px', inline: 'border:1px solid #e77600;border-radius:' + ROUND + ';padding:10px;margin-top:8px;background:#fff;max-width:420px;white-space:normal', title: 'font-size:17px;font-weight:700;margin:0 0 8px',
  foot: 'display:flex;gap:10px;justify-content:flex-end;margin-top:14px;align-items:center', cross: 'position:absolute;right:12px;top:8px;padding:2px 8px;background:none;border:0;font:inherit;font-size:18px', toast: 'position:fixed;left:24px;bottom:24px;background:#1b7f3b;color:#fff;padding:12px 18px;border-radius:' + ROUND + ';z-index:90',
  notice: 'border:1px solid #1b7f3b;color:#1b7f3b;padding:9px 14px;border-radius:' + ROUND + ';margin:8px 0', nest: 'margin:8px 0 0 26px;border-left:3px solid #ddd;padding-left:10px;flex-basis:100%', promo: 'background:' + TINT + ';border:1px dashed #bbb;border-radius:' + ROUND + ';padding:12px 14px;margin:8px 0;display:flex;justify-content:space-between',
  survey: 'position:fixed;left:50%;top:240px;width:460px;height:230px;margin-left:-230px;background:#fff;border:1px solid #555;z-index:120;padding:22px;box-shadow:0 6px 20px rgba(0,0,0,.4);box-sizing:border-box', topbar: 'position:fixed;left:0;right:0;top:0;height:90px;background:#00506b;color:#fff;z-index:110;padding:20px 60px 20px 30px;box-sizing:border-box',
  lowbar: 'position:fixed;left:0;right:0;bottom:0;height:110px;background:#00506b;color:#fff;z-index:110;padding:20px 60px 20px 30px;box-sizing:border-box', cookie: 'position:fixed;left:0;right:0;bottom:0;height:130px;background:#fff;border-top:2px solid #888;z-index:115;padding:18px 60px 18px 30px;box-sizing:border-box',
  scroller: 'height:430px;overflow:auto;position:relative;border:1px solid #ddd', gone: 'opacity:.15;transition:opacity .5s', left: 'width:200px;flex:none;background:' + HUE + ';color:#fff;min-height:640px;padding:10px 0', nav: 'display:block;padding:14px 22px;color:#fff;text-decoration:none', top: 'background:' + HUE + ';color:#fff;padding:16px 22px;font-size:18px'
};
const sheet = new CSSStyleSheet(), ruled = new Set();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
function rule(cls, css) { if (!ruled.has(cls)) { ruled.add(cls); sheet.insertRule('.' + cls + '{' + css + '}'); } return cls; }
function dress(e, roles) {
  for (const role of roles.split(' ')) {
    if (!role) continue;
    const css = CSS[role] || '';
    if (L.classes === 'none') { e.style.cssText += ';' + css; continue; }
    if (L.classes === 'utility') { for (const d of css.split(';')) if (d) e.classList.add(rule(letters('u' + d).slice(0, 2) + '-' + rnd(d).slice(0, 3), d)); continue; }
    const name = L.classes === 'modules' ? '_' + rnd('m' + role).slice(0, 5) + '_' + rnd(role).slice(0, 4) + '_' + (1 + fnv(role) % 90) : L.classes === 'emotion' ? 'css-' + rnd('e' + role) : letters('p' + role).slice(0, 6);
    if (L.classes === 'pairs') e.classList.add('sc-' + rnd('q' + role).slice(0, 6));
    e.classList.add(rule(name, css));
  }
}
function h(roles, tag, attrs, ...kids) {
  const e = document.createElement(tag);
  dress(e, roles);
  for (const k in attrs || {}) {
    if (k === 'style' && attrs[k]) e.style.cssText += ';' + attrs[k]; /* where there are no classes, the look is in there as well */
    else if (attrs[k] !== null && attrs[k] !== undefined && attrs[k] !== false) e.setAttribute(k, attrs[k]);
  }
  e.append(...kids.flat(3).filter(k => k !== null && k !== undefined && k !== false && k !== ''));
  return e;
}
/* new contents for an element */
function put(e, kids) { e.replaceChildren(...[kids].flat(4).filter(k => k !== null && k !== undefined && k !== false && k !== '')); }
/* needless elements around one */
function wrapped(e) { for (let i = 0; i < L.wraps; i++) e = h('w' + i, 'div', null, e); return e; }

let ids = 0;
/* a button in the way the page has them */
function button(roles, text, f, o) {
  o = o || {};
  const kind = o.kind || L.button, off = o.off;
  let e;
  const go = off ? () => { } : f;
  switch (kind) {
    case 'button': e = press(h(roles, 'button', { type: 'button', disabled: off ? '' : null }, text), go); break;
    case 'div': e = press(h(roles, 'div', { tabindex: '0' }, h('', 'div', null, h('', 'span', null, text))), go); break;
    case 'anchor': e = press(h(roles, 'a', { href: 'javascript:void(0)' }, text), go); break;
    case 'role': e = press(h(roles, 'span', { role: 'button', tabindex: '0', 'aria-disabled': off ? 'true' : null }, h('', 'span', null, text)), go); break;
    case 'input': e = press(h(roles, 'input', { type: 'button', value: text, disabled: off ? '' : null }), go); break;
    case 'amazon': {
      const id = 'a-autoid-' + ids++ + '-announce';
      const input = press(h('over', 'input', { type: 'submit', 'aria-labelledby': id, disabled: off ? '' : null }), go);
      e = h(roles, 'span', { style: 'position:relative' + (roles === 'item' ? ';display:block' : ';display:inline-block') }, h('', 'span', null, input, h('', 'span', { 'aria-hidden': 'true', id: id }, text)));
      break;
    }
    default: e = press(h(roles, 'div', null, text), go);
  }
  if (off && kind !== 'button' && kind !== 'input') e.style.opacity = '0.5';
  return e;
}
function dotsIcon() {
  const ns = 'http://www.w3.org/2000/svg', s = document.createElementNS(ns, 'svg');
  s.setAttribute('width', '18'); s.setAttribute('height', '18'); s.setAttribute('viewBox', '0 0 18 18');
  for (const x of [3, 9, 15]) { const c = document.createElementNS(ns, 'circle'); c.setAttribute('cx', x); c.setAttribute('cy', 9); c.setAttribute('r', 2); c.setAttribute('fill', 'currentColor'); s.append(c); }
  return s;
}
function pathIcon(d) {
  const ns = 'http://www.w3.org/2000/svg', s = document.createElementNS(ns, 'svg'), p = document.createElementNS(ns, 'path');
  s.setAttribute('width', '16'); s.setAttribute('height', '16'); s.setAttribute('viewBox', '0 0 16 16');
  p.setAttribute('d', d); p.setAttribute('stroke', 'currentColor'); p.setAttribute('stroke-width', '2'); p.setAttribute('fill', 'none');
  s.append(p);
  return s;
}
/* how what lies over the page is closed */
function closer(f) {
  if (L.close === 'word') return button('button', W.close, f);
  if (L.close === 'cross') return press(h('cross', 'button', { type: 'button', 'aria-label': W.close }, '\u00d7'), f);
  return press(h('cross', 'span', { role: 'button', tabindex: '0', 'aria-label': W.close }, pathIcon('M2 2L14 14M14 2L2 14')), f);
}
