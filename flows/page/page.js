// The eyes and hands in the page. Go calls it as (function)(config) once in every
// document, in an isolated world: page scripts cannot see or replace anything
// here, and these listeners stand on window before any of theirs.
//
// One rule holds it together: find(spec) is the only way from words to an
// element. It is run while waiting, and again at every event of the gesture that
// is to hit the element. No node outlives the step that found it.
//
// All DOM access goes through the functions of the prototypes: a form with an
// <input name="matches"> answers form.matches with that input, in every world.
(function (config) {
  'use strict';

  const got = (proto, name) => {
    const get = Object.getOwnPropertyDescriptor(proto, name).get;
    return (o) => get.call(o);
  };
  const fn = (proto, name) => {
    const f = proto[name];
    return (o, ...a) => f.apply(o, a);
  };
  const parentNode = got(Node.prototype, 'parentNode');
  const nodeType = got(Node.prototype, 'nodeType');
  const childNodes = got(Node.prototype, 'childNodes');
  const textContent = got(Node.prototype, 'textContent');
  const isConnected = got(Node.prototype, 'isConnected');
  const baseURI = got(Node.prototype, 'baseURI');
  const ownerDocument = got(Node.prototype, 'ownerDocument');
  const contains = fn(Node.prototype, 'contains');
  const localName = got(Element.prototype, 'localName');
  const attributes = got(Element.prototype, 'attributes');
  const htmlOf = got(Element.prototype, 'outerHTML');
  const shadowRoot = got(Element.prototype, 'shadowRoot');
  const assignedSlot = got(Element.prototype, 'assignedSlot');
  const attr = fn(Element.prototype, 'getAttribute');
  const closest = fn(Element.prototype, 'closest');
  const rects = fn(Element.prototype, 'getClientRects');
  const boxOf = fn(Element.prototype, 'getBoundingClientRect');
  const rendered = fn(Element.prototype, 'checkVisibility');
  const animations = fn(Element.prototype, 'getAnimations');
  const scrollTo = fn(Element.prototype, 'scrollIntoView');
  const inElement = fn(Element.prototype, 'querySelectorAll');
  const inDocument = fn(Document.prototype, 'querySelectorAll');
  const inFragment = fn(DocumentFragment.prototype, 'querySelectorAll');
  const defaultView = got(Document.prototype, 'defaultView');
  const treeWalker = fn(Document.prototype, 'createTreeWalker');
  const rootElement = got(Document.prototype, 'documentElement');
  const titleOf = got(Document.prototype, 'title');
  const allAnimations = fn(Document.prototype, 'getAnimations');
  const docPoint = fn(Document.prototype, 'elementFromPoint');
  const rootPoint = fn(ShadowRoot.prototype, 'elementFromPoint');
  const matchesFn = Element.prototype.matches;
  const matches = (el, css) => { try { return matchesFn.call(el, css); } catch { return false; } };
  const isElement = (n) => !!n && nodeType(n) === 1;
  const now = () => performance.now();

  // ---- the guard's listeners; in a same-origin frame they ask the top window ----

  const TYPES = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'];
  let onEvent = (ev) => {
    let lib;
    try { lib = window.top.unecho; } catch { return; } // another origin: not ours to judge
    if (lib) lib.guard(ev);
  };
  const listener = (ev) => onEvent(ev);
  // Adding twice changes nothing; document.open() takes listeners away, so every
  // gesture adds them again.
  const listen = (w) => TYPES.forEach((t) => w.addEventListener(t, listener, { capture: true, passive: false }));
  listen(window);
  if (window.top !== window) return;

  const set = config.set;
  const tell = (o) => { try { globalThis.unechoTell(JSON.stringify(o)); } catch { /* the tab is going */ } };
  const doc = Math.random().toString(36).slice(2) + performance.timeOrigin.toString(36);

  // ---- words ----

  const clean = (s) => String(s ?? '').normalize('NFC')
    .replace(/[\u200b-\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
  const fold = (s) => clean(s).toLowerCase();
  const phrases = new Map(); // Text name -> folded phrases
  for (const [name, t] of Object.entries(set.texts || {})) phrases.set(name, (t.phrases || []).map((p) => fold(p.text)).filter(Boolean));
  const SOLID = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/u; // written without spaces
  const glued = (a, b) => !!a && !!b && /[\p{L}\p{N}]/u.test(a) && /[\p{L}\p{N}]/u.test(b) && !SOLID.test(a) && !SOLID.test(b);
  // wordAt: where a phrase stands in s as whole words, -1 if nowhere.
  const wordAt = (s, phrase, from = 0) => {
    for (let i = s.indexOf(phrase, from); i >= 0; i = s.indexOf(phrase, i + 1)) {
      const end = i + phrase.length;
      if (!glued([...s.slice(Math.max(0, i - 2), i)].pop(), [...phrase][0]) && !glued([...phrase].pop(), [...s.slice(end, end + 2)][0])) return i;
    }
    return -1;
  };
  const speaks = (folded, name) => (phrases.get(name) || []).some((p) => wordAt(folded, p) >= 0);
  const longestOf = new Map();
  for (const [name, list] of phrases) longestOf.set(name, list.reduce((m, p) => Math.max(m, p.length), 0));
  const LONG = 4000; // signs: where a contained phrase is looked for
  const isPhrase = (folded, name) => (phrases.get(name) || []).includes(folded);

  const INLINE = new Set(['span', 'a', 'b', 'i', 'em', 'strong', 'u', 'font', 'bdi', 'bdo', 'mark', 'small', 'sub', 'sup', 'wbr', 'slot', 'abbr', 'code', 's']);
  const SILENT = new Set(['script', 'style', 'noscript', 'template', 'head', 'title', 'iframe', 'object']);
  const kids = (el) => {
    const root = shadowRoot(el);
    if (root) return childNodes(root);
    if (localName(el) === 'slot') { const a = el.assignedNodes(); if (a.length) return a; }
    return childNodes(el);
  };
  // text gathers what an element says; all: with what is not rendered as well.
  // It stops when more than max characters came together.
  const text = (el, all, max = Infinity) => {
    let out = '';
    const walk = (n) => {
      if (out.length > max) return;
      const type = nodeType(n);
      if (type === 3) { out += n.data.length > 4 && out.length + n.data.length > max ? n.data.replace(/\s+/g, ' ') : n.data; return; }
      if (type !== 1) return;
      const tag = localName(n);
      if (SILENT.has(tag)) return;
      if (!all && n !== el && !rendered(n, { visibilityProperty: true }) && getComputedStyle(n).display !== 'contents') return;
      const block = !INLINE.has(tag);
      if (block) out += ' ';
      if (tag === 'input' && /^(submit|button|reset)$/i.test(attr(n, 'type') || '')) out += attr(n, 'value') || '';
      else if (tag !== 'textarea') for (const k of kids(n)) walk(k);
      if (block) out += ' ';
    };
    walk(el);
    return clean(out);
  };
  const idrefs = (el, name) => (attr(el, name) || '').split(/\s+/).filter(Boolean)
    .map((id) => { const t = Document.prototype.getElementById.call(ownerDocument(el), id); return t ? text(t, true, 500) : ''; }).join(' ');
  // label: what a control is called: its text, else what the page says for readers.
  const label = (el, max) => {
    const t = text(el, false, max);
    if (t) return t;
    return clean(idrefs(el, 'aria-labelledby') || attr(el, 'aria-label') || attr(el, 'title') || attr(el, 'alt') || '');
  };
  // untruncated: a name as the page knows it, or '' if only a cut one is there.
  const untruncated = (el) => {
    const t = text(el, true);
    const own = clean(attr(el, 'title'));
    if (!/(…|\.\.\.)$/.test(t)) return own.startsWith(t) ? own : t; // cut without a sign, too
    const stem = t.replace(/\s*(…|\.\.\.)$/, '');
    for (let e = el, n = 0; isElement(e) && n < 3; e = parentNode(e), n++) {
      const long = clean(attr(e, 'title') || attr(e, 'aria-label') || '');
      if (long && long.startsWith(stem)) return long;
    }
    for (const e of inElement(el, '[title]')) { const long = clean(attr(e, 'title')); if (long.startsWith(stem)) return long; }
    return '';
  };
  const describe = (el) => {
    if (!isElement(el)) return 'nothing';
    let s = localName(el);
    const id = attr(el, 'id');
    if (id && id.trim()) s += '#' + id.trim();
    else s += (attr(el, 'class') || '').split(/\s+/).filter(Boolean).slice(0, 2).map((c) => '.' + c).join('');
    return s.length > 70 ? s.slice(0, 69) + '…' : s;
  };

  // ---- trees ----

  // up: the parent as it is rendered, through slots, shadow roots and frames.
  const up = (n) => {
    if (isElement(n)) { const s = assignedSlot(n); if (s) return s; }
    const p = parentNode(n);
    if (!p) return nodeType(n) === 9 ? frameOf(n) : null;
    if (nodeType(p) === 11) return p.host || null;
    if (nodeType(p) === 9) return frameOf(p);
    return p;
  };
  const frameOf = (d) => { try { const w = defaultView(d); return w && w !== window ? w.frameElement : null; } catch { return null; } };
  const within = (outer, inner) => { for (let n = inner; n; n = up(n)) if (n === outer) return true; return false; };
  const frameDoc = (f) => { try { return f.contentDocument; } catch { return null; } };
  const documents = () => {
    const out = [document];
    for (let i = 0; i < out.length && i < 50; i++) for (const f of inDocument(out[i], 'iframe,frame')) { const d = frameDoc(f); if (d) out.push(d); }
    return out;
  };
  // query: all matches under the roots; open shadow roots are entered only where
  // nothing else matches.
  const query = (roots, css) => {
    const out = [];
    try {
      for (const r of roots) {
        if (nodeType(r) === 9) out.push(...inDocument(r, css));
        else { if (matches(r, css)) out.push(r); out.push(...inElement(r, css)); }
      }
      if (!out.length) for (const h of hosts()) if (roots.some((r) => nodeType(r) === 9 || within(r, h))) out.push(...inFragment(shadowRoot(h), css));
    } catch { /* not CSS: the loader refused it, an overlay may be odd */ }
    return out;
  };
  // hosts: what has an open shadow root. Finding them means touching every element,
  // so a list serves for a moment.
  let hostList = [], hostTime = -1e9, hostCost = 0;
  const hosts = () => {
    const begin = now();
    if (begin - hostTime < Math.max(250, 20 * hostCost)) return hostList;
    const list = [];
    const scan = (els) => { for (const el of els) { const s = shadowRoot(el); if (s) { list.push(el); scan(inFragment(s, '*')); } } };
    for (const d of documents()) scan(inDocument(d, '*'));
    hostTime = now();
    hostCost = hostTime - begin;
    return (hostList = list);
  };
  const innermost = (els) => {
    if (els.length < 2) return els;
    const all = new Set(els), outer = new Set();
    for (const e of els) for (let n = up(e); n && !outer.has(n); n = up(n)) if (all.has(n)) outer.add(n);
    return els.filter((e) => !outer.has(e));
  };
  const outermost = (els) => {
    if (els.length < 2) return els;
    const all = new Set(els);
    return els.filter((e) => { for (let n = up(e); n; n = up(n)) if (all.has(n)) return false; return true; });
  };

  // ---- visible, disabled ----

  const hiddenCSS = (set.hidden || []).join(',');
  const sized = (b) => b.width >= 2 && b.height >= 2;
  // invisible says why an element cannot be seen, '' if it can. What was seen when
  // the gesture began (trust) stays seen until its end: pages react to the press.
  const invisible = (el, trust) => {
    if (!isConnected(el)) return 'not in the document';
    if (trust && trust.has(el)) return '';
    const style = getComputedStyle(el);
    if (style.display === 'contents') return someKid(el, trust) ? '' : 'no box';
    if (!rendered(el, { visibilityProperty: true, contentVisibilityAuto: true })) {
      return style.display === 'none' || style.visibility === 'visible' ? 'display:none' : 'visibility:' + style.visibility;
    }
    const hider = hiddenCSS && closestSafe(el, hiddenCSS);
    if (hider) return 'hidden by the site (' + describe(hider) + ')';
    const box = boxOf(el);
    if (!sized(box)) {
      if (style.overflow === 'visible' && someKid(el, trust)) return '';
      return `size ${Math.round(box.width)}x${Math.round(box.height)}`;
    }
    return shut(el, box);
  };
  const closestSafe = (el, css) => { try { return closest(el, css); } catch { return null; } };
  const someKid = (el, trust, depth = 0) => {
    let n = 0;
    for (const k of kids(el)) {
      if (nodeType(k) === 3 && getComputedStyle(el).display === 'contents' && k.data.trim()) return true;
      if (nodeType(k) !== 1) continue;
      if (++n > 20) return false;
      if (depth < 4 && !invisible(k, trust)) return true;
    }
    return false;
  };
  // shut: what the ancestors do to an element that has a box: fade it, clip it
  // away, or keep it where no scrolling leads.
  const shut = (el, box) => {
    let opacity = 1, position = 'static', scroller = false, fixed = false;
    const view = defaultView(ownerDocument(el)) || window;
    for (let n = el; isElement(n); n = up(n)) {
      const s = getComputedStyle(n);
      opacity *= parseFloat(s.opacity);
      if (opacity < 0.1) return `opacity ${opacity.toFixed(2)}` + (n === el ? '' : ' by ' + describe(n));
      if (s.clip !== 'auto' && /^rect\((0px|1px), (0px|1px), (0px|1px), (0px|1px)\)$/.test(s.clip)) return 'clipped away';
      if (/^inset\((50|100)%/.test(s.clipPath)) return 'clipped away';
      const framed = s.transform !== 'none' || s.filter !== 'none';
      const escapes = n !== el && ((position === 'absolute' && s.position === 'static' && !framed) || (position === 'fixed' && !framed));
      if (n !== el && !escapes) {
        if (s.overflowX !== 'visible' && s.display !== 'inline' && localName(n) !== 'html' && localName(n) !== 'body') {
          const b = boxOf(n);
          if (b.width < 2 || b.height < 2) return 'inside collapsed ' + describe(n);
          scroller = true;
        }
      }
      if (!escapes && s.position !== 'static' && s.position !== 'relative') position = s.position;
      if (s.position === 'fixed' && ownerDocument(n) === ownerDocument(el)) fixed = true;
    }
    if (!scroller && fixed && (box.right <= 0 || box.bottom <= 0 || box.left >= view.innerWidth || box.top >= view.innerHeight)) return 'outside the window';
    if (!scroller && !fixed && (box.right + view.scrollX <= 0 || box.bottom + view.scrollY <= 0)) return 'outside the page';
    return '';
  };
  const visible = (el, trust) => !invisible(el, trust);

  // disabled says how a control shows that it may not be used, '' if it may.
  const disabled = (el) => {
    if (matches(el, ':disabled')) return attr(el, 'disabled') === null ? 'by its fieldset' : 'attribute';
    for (let n = el, i = 0; isElement(n); n = up(n), i++) {
      if (attr(n, 'aria-disabled') === 'true') return 'aria-disabled';
      if (i < 4 && matches(n, 'button,fieldset') && matches(n, ':disabled')) return 'attribute';
      // A console dialog's button that may not be used yet is only faded, inline.
      const o = i < 4 ? parseFloat((attr(n, 'style') || '').match(/(?:^|;)\s*opacity\s*:\s*([\d.]+)/)?.[1]) : NaN;
      if (o >= 0.1 && o <= 0.6 && (i === 0 || matches(n, 'button,a,label,[role=button],[tabindex]'))) return `opacity ${o}`;
    }
    return '';
  };

  // ---- dangers ----

  const BUTTON = 'button,a,input,label,summary,[role=button],[role=menuitem],[tabindex],[onclick]';
  // danger names the danger that a control is, judged on what it says itself and
  // on the marks (not the words) of its ancestors up to three levels.
  const danger = (el) => {
    const control = (() => { for (let n = el, i = 0; isElement(n) && i < 4; n = up(n), i++) if (matches(n, BUTTON)) return n; return el; })();
    const marks = [];
    for (let n = el, i = 0; isElement(n) && i < 4; n = up(n), i++) marks.push(n);
    let labels2 = null, said = null;
    for (const d of set.dangers || []) {
      if (d.where === 'dialog') continue;
      if (d.css && marks.some((n) => matches(n, d.css))) return d.name;
      if (!d.text) continue;
      if (!said) {
        const own = [el, control].map((n) => fold(label(n, 300)).slice(0, 300));
        labels2 = own.concat(marks.flatMap((n) => ['aria-label', 'title', 'value'].map((a) => fold(attr(n, a)))));
        said = labels2.concat(marks.flatMap((n) => ['id', 'name', 'href', 'data-action'].map((a) => attr(n, a)).filter((v) => v && v.length < 500)
          .map((v) => fold(v.replace(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/gu, ' ')))));
      }
      if (d.contains ? said.some((x) => speaks(x, d.text)) : labels2.some((x) => isPhrase(x, d.text))) return d.name;
    }
    return '';
  };

  // ---- rows: which device does this belong to? ----

  const edge = (c) => c !== undefined && /[A-Za-z0-9]/.test(c);
  const holdsToken = (value, id) => {
    for (let i = value.indexOf(id); i >= 0; i = value.indexOf(id, i + 1)) if (!edge(value[i - 1]) && !edge(value[i + id.length])) return true;
    return false;
  };
  // idIndex: ids by their longest run of letters and digits, so that a page of a
  // thousand rows is read once, not once an id. Runs under six signs prove nothing.
  const idIndex = (is, others) => {
    const index = new Map();
    const add = (id, who) => {
      const run = (String(id).match(/[A-Za-z0-9]+/g) || []).sort((a, b) => b.length - a.length)[0] || '';
      if (run.length < 6) return;
      if (!index.has(run)) index.set(run, []);
      index.get(run).push([String(id), who]);
    };
    for (const o of others || []) for (const id of o.ids || []) if (!(is.ids || []).includes(id)) add(id, 1);
    for (const id of is.ids || []) add(id, 0);
    return index;
  };
  // owners: [ours, others'] ids that an element and what is in it carry, in any
  // attribute or text. The browser writes HTML far faster than script reads it.
  const owners = (el, index) => {
    const seen = [new Set(), new Set()];
    if (!index.size) return seen;
    const all = htmlOf(el);
    for (const run of all.match(/[A-Za-z0-9]{6,}/g) || []) for (const [id, who] of index.get(run) || []) if (!seen[who].has(id) && holdsToken(all, id)) seen[who].add(id);
    return seen;
  };
  const identity = (spec) => {
    if (!spec.index) {
      Object.defineProperty(spec, 'index', { value: idIndex(spec.is, spec.others) });
      Object.defineProperty(spec, 'name', { value: clean(spec.is.name) });
      Object.defineProperty(spec, 'otherNames', { value: new Set((spec.others || []).map((o) => clean(o.name)).filter(Boolean)) });
    }
    return spec;
  };
  const firstMatches = (name, roots) => {
    const e = set.elements[name];
    for (const c of (e && e.candidates) || []) { const m = query(roots, c.css).filter((el) => saysCandidate(el, c)); if (m.length) return m; }
    return [];
  };
  const nameIn = (row, name) => {
    const names = new Set(innermost(firstMatches(name, [row])).map(untruncated));
    return names.size === 1 ? [...names][0] : '';
  };
  // whose: 'ours', 'other' or '' (cannot be told) for one row; why in words; and
  // whether the row carries our id but contradicts it.
  const whose = (row, of) => {
    identity(of.id);
    const [ours, others] = owners(row, of.id.index);
    const name = nameIn(row, of.name);
    if (ours.size && others.size) return ['other', 'its row carries the ids of two devices', true];
    if (others.size) return ['other', `its row carries the id of another device (${name || [...others][0]})`];
    if (ours.size) {
      if (name && name !== of.id.name && of.id.otherNames.has(name)) return ['other', `its row carries the right id but the name ${name}`, true];
      return ['ours', 'id'];
    }
    if (!name) return ['', 'its row shows no full name'];
    if (name === of.id.name) return ['ours', 'name'];
    return ['other', `the row is that of ${name}`];
  };
  const rowOf = (of, roots) => {
    identity(of.id);
    const rows = innermost(firstMatches(of.rows, roots));
    const ids = (of.id.is.ids || []).filter((id) => /[A-Za-z0-9]{6}/.test(id));
    const marked = rows.filter((r) => { const all = htmlOf(r); return ids.some((id) => all.includes(id)); }).map((r) => [r, ...whose(r, of)]);
    const byID = marked.filter((t) => t[1] === 'ours' && t[2] === 'id').map((t) => t[0]);
    const apart = byID.length > 1 ? byID.filter((r) => visible(r)) : byID;
    if (apart.length === 1) return { el: apart[0] };
    if (byID.length) return { kind: 'ambiguous', words: `${byID.length} rows carry its id` };
    const contradiction = marked.find((t) => t[1] === 'other' && t[3]);
    if (contradiction) return { kind: 'other', words: contradiction[2] };
    const named = of.id.name ? rows.filter((r) => nameIn(r, of.name) === of.id.name) : [];
    if (named.length > 1) return { kind: 'ambiguous', words: `${named.length} rows have this name` };
    if (named.length === 1) {
      const [who, why] = whose(named[0], of);
      if (who !== 'ours') return { kind: 'other', words: why };
      if (of.id.otherNames.has(of.id.name)) return { kind: 'ambiguous', words: 'another device has the same name and the row shows no id' };
      return { el: named[0] };
    }
    return { kind: 'notfound', words: rows.length ? `no row of it among ${rows.length}` : 'no rows on the page' };
  };

  // ---- dialogs: is this pop-up the one we asked for? ----

  let before = null; // at the last delivered click: dialog element name -> what was open
  const watched = new Set(config.dialogs || []);
  const openOf = (c, trust) => outermost(query(documents(), c.css).filter((el) => visible(el, trust) && saysCandidate(el, c)));
  const candidates = (name) => (set.elements[name] || {}).candidates || [];
  const snapshot = () => {
    const m = new Map();
    for (const name of watched) {
      const open = new Set();
      for (const c of candidates(name)) for (const el of openOf(c)) open.add(el);
      m.set(name, [...open].map((el) => [new WeakRef(el), text(el)]));
    }
    return m;
  };
  const stale = (name, el) => {
    if (!before) return false; // no click in this document: it came after it
    if (!before.has(name)) return true; // nobody looked then, so nothing can be said
    return before.get(name).some(([ref, t]) => ref.deref() === el || (t && t === text(el)));
  };
  const dialogWords = (el) => {
    const out = [text(el)];
    for (const n of [el, ...inElement(el, '[title],[aria-label],[alt]')]) out.push(attr(n, 'title') || '', attr(n, 'aria-label') || '', attr(n, 'alt') || '');
    return clean(out.join(' | '));
  };
  // namesOther: the other device that some words name, longest names first, so
  // that "Kitchen Echo" is not read in "Kitchen Echo Dot".
  // A device may be called "Deregister", which every such pop-up says anyway. Such a
  // name counts only where the pop-up does not name the wanted device.
  const common = (name) => ['deregister', 'deregister-words', 'confirm', 'cancel', 'ok'].some((t) => isPhrase(fold(name), t));
  const namesOther = (words, id) => {
    const names = [...new Set([id.name, ...id.otherNames])].filter(Boolean).sort((a, b) => b.length - a.length);
    let ours = false, perhaps = '';
    for (const name of names) {
      for (let i = wordAt(words, name); i >= 0; i = wordAt(words, name, i)) {
        if (name === id.name) ours = true;
        else if (!common(name)) return name;
        else perhaps = name;
        words = words.slice(0, i) + '\u0000' + words.slice(i + name.length);
      }
    }
    return ours && !common(id.name) ? '' : perhaps;
  };
  const dialogOf = (d, trust) => {
    watched.add(d.element);
    if (d.id) identity(d.id);
    let el = null, worst = { kind: 'notfound', words: `no ${d.element} open` };
    for (const c of candidates(d.element)) {
      const all = openOf(c, trust);
      const open = d.fresh ? all.filter((x) => (trust && trust.has(x)) || !stale(d.element, x)) : all;
      if (open.length === 1) { el = open[0]; break; }
      if (open.length > 1) worst = { kind: 'ambiguous', words: `${open.length} of ${d.element} open` };
      else if (all.length && worst.kind === 'notfound') worst = { kind: 'notfound', words: `the open ${d.element} was there before the click` };
    }
    if (!el) return worst;
    const said = dialogWords(el);
    const folded = fold(said);
    for (const g of set.dangers || []) {
      if (g.where !== 'dialog') continue;
      if ((g.text && speaks(folded, g.text)) || (g.css && (matches(el, g.css) || inElement(el, g.css).length))) return { kind: 'danger', words: `the pop-up is a danger (${g.name})` };
    }
    if (d.id) {
      const other = namesOther(said, d.id);
      if (other) return { kind: 'other', words: `the pop-up names another device (${other})` };
      if (owners(el, d.id.index)[1].size) return { kind: 'other', words: 'the pop-up carries the id of another device' };
    }
    if (d.speaks && !speaks(folded, d.speaks)) return { kind: 'notfound', words: `the open ${d.element} does not speak of ${d.speaks}` };
    return { el };
  };

  // ---- find: from words to one element ----

  // Broad CSS with a text ("any element of this list that says Deregister") is
  // answered from the texts upwards: what stands around no text that could begin a
  // phrase is left out before anything has to lay out the page.
  const begins = new Map(); // Text name -> expression for the first words of its phrases
  for (const [name, list] of phrases) {
    const source = list.map((p) => p.split(' ')[0].replace(/[\\^$.*+?()[\]{}|\/]/g, '\\$&')).join('|');
    begins.set(name, source ? new RegExp(source, 'iu') : /^(?!)/);
  }
  const UNSURE = /[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]/; // must be cleaned before it can be compared
  const carriers = (name, roots) => {
    const out = new Set(), re = begins.get(name) || /^(?!)/;
    const around = (n) => { for (let p = n; p && !out.has(p); p = up(p)) out.add(p); };
    for (const r of roots) {
      const walker = treeWalker(nodeType(r) === 9 ? r : ownerDocument(r), r, 4);
      for (let n = walker.nextNode(); n; n = walker.nextNode()) {
        if (n.data.length > 1 && (re.test(n.data) || UNSURE.test(n.data)) && !SILENT.has(localName(parentNode(n)))) around(parentNode(n));
      }
      const find = nodeType(r) === 9 ? inDocument : inElement;
      for (const el of find(r, 'input[type=submit],input[type=button],input[type=reset]')) around(el);
      for (const el of find(r, '[aria-label],[aria-labelledby],[title],[alt]')) out.add(el);
    }
    for (const h of hostList) around(h);
    return out;
  };
  const saysCandidate = (el, c) => {
    if (!c.text) return true;
    const want = phrases.get(c.text) || [];
    if (c.contains) { const said = fold(label(el, LONG)); return want.some((p) => said.includes(p)); }
    const longest = longestOf.get(c.text) || 0;
    return want.includes(fold(label(el, longest * 4 + 40)));
  };
  const labels = (el) => {
    const out = [];
    try { out.push(...(el.labels || [])); } catch { /* not a labelable element */ }
    const l = closestSafe(el, 'label');
    if (l && !out.includes(l)) out.push(l);
    return out;
  };
  // seeable: for ticking, a box may be faded out under the label that draws it.
  const seeable = (el, mode, trust) => {
    const why = invisible(el, trust);
    if (why && !matches(el, 'input[type=checkbox],input[type=radio]') && faced(el)) return '';
    if (why && mode === 'check' && labels(el).some((l) => visible(l, trust))) return '';
    return why;
  };
  const pick = (name, roots, mode, trust) => {
    const e = set.elements[name];
    if (!e) return { kind: 'notfound', words: `the selectors have no ${name}` };
    let worst = { kind: 'notfound', words: 'not found' };
    for (let i = 0; i < e.candidates.length; i++) {
      const c = e.candidates[i];
      const all = query(roots, c.css);
      if (!all.length) continue;
      const seen = [], outer = new Set();
      const could = c.text && all.length > 30 ? carriers(c.text, roots) : null;
      let why = '';
      // Backwards, so that what stands around a match is never looked at: of
      // nested ones only the innermost counts.
      for (let k = all.length - 1; k >= 0; k--) {
        const el = all[k];
        if (outer.has(el) || (could && !could.has(el))) continue;
        const w = seeable(el, mode, trust);
        if (w) { if (!why && saysHidden(el, c)) why = w; continue; }
        if (!saysCandidate(el, c)) continue;
        seen.push(el);
        for (let n = up(el); n && !outer.has(n); n = up(n)) outer.add(n);
      }
      const found = seen.length > 1 ? innermost(seen).reverse() : seen;
      if (found.length === 1) return { el: found[0], candidate: i, css: c.css };
      if (found.length > 1) worst = { kind: 'ambiguous', words: `${found.length} visible matches of ${c.css}: ${found.slice(0, 3).map(describe).join(', ')}` };
      else if (worst.kind === 'notfound' && why) worst = { kind: 'invisible', words: `found, not visible (${why})` };
    }
    return worst;
  };
  const saysHidden = (el, c) => !c.text || (phrases.get(c.text) || []).some((p) => (c.contains ? fold(text(el, true, LONG)).includes(p) : fold(text(el, true, p.length * 4 + 40)) === p));
  // routed: the part of the address from "#" on carries an id.
  const routed = (id) => {
    let h = location.hash;
    try { h = decodeURIComponent(h); } catch { /* not encoded */ }
    return holdsToken(h, id);
  };
  const find = (spec, mode, trust) => {
    if (spec.known) return findKnown(spec.known, mode, trust);
    let roots = documents();
    if (spec.hash && !routed(spec.hash)) return { kind: 'other', words: `the address is that of another page (${location.hash.slice(0, 80) || 'no #'})` };
    if (spec.dialog) { const d = dialogOf(spec.dialog, trust); if (!d.el) return d; roots = [d.el]; }
    if (spec.in) { const s = pick(spec.in, roots, '', trust); if (!s.el) return { kind: s.kind, words: `${spec.in}: ${s.words}` }; roots = [s.el]; }
    if (spec.of) { const r = rowOf(spec.of, roots); if (!r.el) return r; roots = [r.el]; }
    return pick(spec.element, roots, mode, trust);
  };

//@include known.js
//@include act.js
  // probe: what every candidate of an element finds, not only the one that wins.
  const probe = (q) => {
    let roots = documents();
    if (q.spec.dialog) { const d = dialogOf(q.spec.dialog, null); if (!d.el) return { scope: d.words }; roots = [d.el]; }
    if (q.spec.in) { const s = pick(q.spec.in, roots, '', null); if (!s.el) return { scope: `${q.spec.in}: ${s.words}` }; roots = [s.el]; }
    if (q.spec.of) { const r = rowOf(q.spec.of, roots); if (!r.el) return { scope: r.words }; roots = [r.el]; }
    return { scope: '', candidates: candidates(q.spec.element).map((c) => {
      const all = query(roots, c.css), shown = all.filter((el) => visible(el));
      const says = innermost(shown.filter((el) => saysCandidate(el, c)));
      const hidden = all.filter((el) => !shown.includes(el) && saysHidden(el, c));
      const one = says[0] || hidden[0] || shown[0] || all[0];
      return { found: all.length, visible: shown.length, matches: says.length, hidden: hidden.length, element: one ? describe(one) : '', why: !says.length && hidden.length ? invisible(hidden[0]) : '' };
    }) };
  };

  // ---- where to press ----

  // toTop: a point of an element's own window in the coordinates of the tab.
  const toTop = (d, x, y) => {
    for (let f = frameOf(d); f; f = frameOf(ownerDocument(f))) {
      const b = boxOf(f);
      const sx = f.offsetWidth ? b.width / f.offsetWidth : 1, sy = f.offsetHeight ? b.height / f.offsetHeight : 1;
      const s = getComputedStyle(f);
      x = b.left + (f.clientLeft + parseFloat(s.paddingLeft) + x) * sx;
      y = b.top + (f.clientTop + parseFloat(s.paddingTop) + y) * sy;
    }
    return [x, y];
  };
  // hitAt: the innermost element at a point of the tab, through shadow roots and frames.
  const hitAt = (x, y) => {
    let d = document, el = docPoint(d, x, y);
    for (let i = 0; el && i < 50; i++) {
      const s = shadowRoot(el);
      if (s) { const inner = rootPoint(s, x, y); if (inner && inner !== el) { el = inner; continue; } break; }
      const fd = /^i?frame$/.test(localName(el)) ? frameDoc(el) : null;
      if (!fd) break;
      const b = boxOf(el), st = getComputedStyle(el);
      const sx = el.offsetWidth ? b.width / el.offsetWidth : 1, sy = el.offsetHeight ? b.height / el.offsetHeight : 1;
      x = (x - b.left) / sx - el.clientLeft - parseFloat(st.paddingLeft);
      y = (y - b.top) / sy - el.clientTop - parseFloat(st.paddingTop);
      const inner = docPoint(fd, x, y);
      if (!inner) break;
      el = inner; d = fd;
    }
    return el;
  };
  const LEADS = 'a[href]:not([href^="#"],[href^="javascript:"]),area[href],:is(form *,[form]):is(button:not([type=button]),input[type=submit],input[type=image])';
  const LINK = 'a[href],button,input,select,textarea,[role=button]';
  // targets: the elements whose boxes may be pressed for el.
  const targets = (el, mode) => (mode === 'check' ? (visible(el) ? [el] : []).concat(labels(el).filter((l) => visible(l))) : [el]);
  const accepts = (el, mode, hit) => {
    if (within(el, hit)) return true;
    if (mode !== 'check') return false;
    const l = labels(el).find((x) => within(x, hit));
    if (!l) return false;
    for (let n = hit; n && n !== l; n = up(n)) if (n !== el && isElement(n) && matches(n, LINK)) return false; // a link in the label's text
    return true;
  };
  const boxes = (el) => {
    const out = [...rects(el)].filter((b) => b.width >= 1 && b.height >= 1);
    if (!out.length) for (const k of kids(el)) { if (isElement(k)) out.push(...boxes(k)); else if (nodeType(k) === 3 && k.data.trim()) { const r = ownerDocument(k).createRange(); r.selectNode(k); out.push(...r.getClientRects()); } }
    return out;
  };
  const points = (el) => {
    const d = ownerDocument(el), v = defaultView(d) || window, out = [];
    for (const b of boxes(el)) {
      const l = Math.max(b.left, 0), r = Math.min(b.right, v.innerWidth), t = Math.max(b.top, 0), e = Math.min(b.bottom, v.innerHeight);
      if (r - l < 1 || e - t < 1) continue;
      const [x, y] = toTop(d, (l + r) / 2, (t + e) / 2);
      if (x >= 0 && y >= 0 && x < window.innerWidth && y < window.innerHeight) out.push([x, y]);
    }
    return out;
  };
  const aim = (el, mode) => {
    let by = null, any = false;
    for (const t of targets(el, mode)) for (const [x, y] of points(t)) {
      any = true;
      const hit = hitAt(x, y);
      if (hit && accepts(el, mode, hit)) return { x, y, hit };
      by = by || hit;
    }
    return { by, any };
  };
  const ALIGN = ['center', 'nearest', 'end', 'start'];
  const scrolled = new WeakMap();
  // reach: aim, and where that misses scroll: a sticky header hides the top, a
  // footer the bottom, so every alignment is tried. Not more often than twice a
  // second, or a covered page would dance.
  const reach = (el, mode) => {
    let a = aim(el, mode);
    if (a.hit || now() - (scrolled.get(el) ?? -1e9) < 500) return a;
    const over = a.by && !within(a.by, el) && !scrollHelps(a.by, el);
    if (over) return a;
    scrolled.set(el, now());
    for (const block of ALIGN) {
      scrollTo(targets(el, mode)[0] || el, { block, inline: 'nearest', behavior: 'instant' });
      const b = aim(el, mode);
      if (b.hit) return b;
      if (b.any) a = b;
    }
    return a;
  };
  // scrollHelps: what lies over it does not scroll with it.
  const scrollHelps = (by, el) => {
    for (let n = by; isElement(n) && !within(n, el); n = up(n)) {
      const p = getComputedStyle(n).position;
      if (p === 'fixed' || p === 'sticky') { const b = boxOf(n); return b.height < window.innerHeight * 0.8 || b.width < window.innerWidth * 0.8; }
    }
    const n = isElement(by) ? getComputedStyle(by) : null;
    return !n || n.position === 'static'; // clipped by an inner scroller: something ordinary shows there
  };
  // animated: '' if nothing moves it, 'pending' before the first frame of what
  // does (the box is still then, and about to move), else 'running'.
  const animated = (el) => {
    if (!allAnimations(document).length && ownerDocument(el) === document) return '';
    let out = '';
    for (let n = el; isElement(n); n = up(n)) for (const a of animations(n)) { if (a.pending) return 'pending'; if (a.playState === 'running') out = 'running'; }
    return out;
  };

  // ---- waiting ----

  let greeted = false; // has Go spoken to this document?
  const frame = () => new Promise((res) => { let t; const f = requestAnimationFrame(() => { clearTimeout(t); res(); }); t = setTimeout(() => { cancelAnimationFrame(f); res(); }, 60); });
  const sleep = (ms) => new Promise((res) => setTimeout(res, ms));
  // change: until something in the document changes. That it has been parsed is a
  // change that no MutationObserver tells.
  const change = (ms) => new Promise((res) => {
    let t;
    const done = () => { clearTimeout(t); mo.disconnect(); window.removeEventListener('readystatechange', done, true); res(); };
    const mo = new MutationObserver(done);
    t = setTimeout(done, ms);
    mo.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    window.addEventListener('readystatechange', done, true);
  });
  // until runs look() until it returns something. A page that changes all the time
  // gets at most a third of its time taken.
  const until = async (ms, look) => {
    const end = now() + ms;
    for (;;) {
      const t = now();
      const r = look(end - t <= 0);
      if (r && r !== 'frame') return r;
      const cost = now() - t;
      const left = end - now();
      if (left <= 0) { const last = look(true); if (last && last !== 'frame') return last; continue; }
      if (r === 'frame') await frame();
      else await change(Math.min(75, Math.max(left, 1)));
      const pause = Math.max(3, 2 * cost) - (now() - t);
      if (pause > 0) await sleep(pause);
    }
  };
  const KIND_NOW = new Set(['other', 'danger']); // never better by waiting
  const tracer = () => {
    const trace = [];
    let last = '';
    return { trace, note: (w) => { if (w !== last) { last = w; if (trace.length < 60) trace.push({ at: Date.now(), words: w }); } } };
  };

  // ---- the gesture and its guard ----

  let gesture = null;
  const swallow = (ev) => { ev.stopImmediatePropagation(); if (ev.cancelable) ev.preventDefault(); };
  const judge = (g, ev) => {
    if (now() > g.end) return { kind: 'late', words: 'the press came after the step had ended' };
    const path = ev.composedPath();
    const target = path.find((n) => { try { return isElement(n); } catch { return false; } }) || null;
    const f = find(g.spec, g.mode, g.trust);
    if (KIND_NOW.has(f.kind)) return f;
    const known = g.spec.known;
    if (target && !known) { const d = danger(target); if (d) return { kind: 'danger', words: `what lies there is a danger (${d})` }; }
    if (f.el && target && accepts(f.el, g.mode, target)) {
      const d = known ? threat(f.el, f.place) : danger(f.el);
      if (d) return { kind: 'danger', words: `it is a danger (${d})` };
      // A control within what is to be pressed would be pressed in its place.
      if (known) for (let n = target; n && n !== f.el; n = up(n)) if (isElement(n) && matches(n, NATIVE)) return { kind: 'covered', words: `found, but ${describe(n)} in it was pressed` };
      if (!g.trust) {
        const dis = disabled(f.el);
        if (dis) return { kind: 'disabled', words: `found, disabled (${dis})` };
        g.trust = new WeakSet();
        for (let n = f.el; n; n = up(n)) g.trust.add(n);
        if (g.counts) g.before = snapshot();
        if (known && known.seek !== 'close') begun(known, f.el);
      }
      g.el = f.el;
      g.css = f.css;
      g.candidate = f.candidate;
      return null;
    }
    if (g.spec.of && target) for (const row of firstMatches(g.spec.of.rows, documents())) {
      if (!within(row, target)) continue;
      const [who, why] = whose(row, g.spec.of);
      if (who === 'other') return { kind: 'other', words: why };
    }
    if (f.el) return { kind: 'covered', words: `found, covered by ${describe(target)} when it was pressed` };
    return f;
  };
  const finish = (g, o) => { if (g.over) return; g.over = true; ended(!!o.ok); if (g.givenUp) owed = Math.max(0, owed - 1); g.verdict = { g: g.id, passed: g.passed, ...o }; tell(g.verdict); };
  // owed counts the presses that were given up and may still come: a busy browser
  // says "handled" before the page has seen anything. The next gesture is pressed
  // anew, so one press more than there are gestures may arrive; the one that is too
  // many, whichever it is, hits nothing.
  let owed = 0, owedEnd = 0;
  // pressed: Go heard no verdict although the browser said that the press was
  // handled. A gesture that nothing was seen of is ended here: what still comes
  // hits nothing, so that it may be made again.
  const pressed = (q) => {
    const g = gesture;
    if (!g || g.id !== q.g) return {};
    if (!g.over && !g.passed && !g.bad) { g.bad = { kind: 'late', words: 'the press came after it was given up' }; g.givenUp = true; owed = now() < owedEnd ? owed + 1 : 1; owedEnd = now() + 15000; return { unseen: true }; }
    return { verdict: g.verdict || null };
  };
  const nodeIs = (n, css) => { try { return isElement(n) && matches(n, css); } catch { return false; } }; // a path ends in windows
  let judged = null; // a frame's listener and the one added later are both asked
  const guard = (ev) => {
    if (!ev.isTrusted || ev.button > 0 || ev === judged) return;
    if (ev.pointerType && ev.pointerType !== 'mouse') return;
    judged = ev;
    let g = gesture;
    if (g && !g.over && !g.passed && now() > g.end + 60000) g = gesture = null; // armed, and nobody pressed: a person's click is a person's
    if (!g) {
      // A document that Go has not spoken to yet was loaded under a press meant
      // for the one before it: that press hits nothing here.
      if (!greeted) { swallow(ev); if (ev.type === 'pointerdown' || ev.type === 'pointerup') tell({ stray: true }); }
      return;
    }
    if (ev.type === 'click' && ev.detail === 0) return; // not by the mouse
    if (g.over) {
      if (owed > 0 && now() < owedEnd && (g.extra || ev.type === 'pointerdown')) { // from its start to its end
        swallow(ev);
        if (!g.extra) g.extra = true;
        if (ev.type === 'pointerup' || ev.type === 'mouseup') setTimeout(() => { if (g.extra) { g.extra = false; owed--; } }, 0);
      }
      return;
    }
    if (!g.bad) {
      let v;
      try { v = judge(g, ev); } catch (e) { v = { kind: 'cancelled', words: 'the guard failed: ' + (e && e.message) }; }
      if (v) g.bad = v;
      else {
        g.passed = ev.type;
        if (ev.type === 'click') {
          if (g.counts) before = g.before || null;
          const leads = ev.composedPath().some((n) => nodeIs(n, LEADS));
          finish(g, { ok: true, leads, css: g.css, candidate: g.candidate, text: text(g.el, false, 200).slice(0, 200) });
          // After the page's listeners and after what they put off, such as the sending
          // of a form: what the browser told of a navigation came before this.
          if (leads) setTimeout(() => setTimeout(() => tell({ g: g.id, done: true }), 0), 0);
          return;
        }
      }
    }
    if (g.bad) swallow(ev);
    if (ev.type === 'click') finish(g, { kind: g.bad.kind, words: g.bad.words });
    // mouseup and click come in one task; after it no click is left to come.
    if (ev.type === 'pointerup' || ev.type === 'mouseup') setTimeout(() => finish(g, g.bad ? { kind: g.bad.kind, words: g.bad.words } : { kind: 'lost', words: 'pressed, but no click followed' }), 0);
  };
  onEvent = guard;

  // ready waits until the element can be pressed and says where, or why not.
  const ready = async (q) => {
    const { trace, note } = tracer();
    let prev = null, state = null;
    const first = now();
    const deadline = now() + q.ms;
    const r = await until(q.ms, (last) => {
      const f = find(q.spec, q.mode, null);
      state = f;
      if (f.el) {
        const el = f.el;
        const d = q.mode === 'hover' ? '' : q.spec.known ? threat(el, f.place) : danger(el);
        const dis = q.mode === 'hover' ? '' : disabled(el);
        if (d) return { fail: { kind: 'danger', words: `it is a danger (${d})` } };
        if (q.mode === 'check' && (el.checked === true || attr(el, 'aria-checked') === 'true')) return { ok: true, already: true, css: f.css, candidate: f.candidate };
        if (dis) state = { kind: 'disabled', words: `found, disabled (${dis})` };
        else {
          const a = reach(el, q.mode);
          const b = boxOf(el);
          const moves = animated(el) || (q.still && now() < deadline - q.ms + 400);
          // Still means: the same box at two times of the page's own clock, which
          // stands between frames. Without frames for a second nothing moves.
          const t = document.timeline.currentTime;
          const same = moves !== 'pending' && prev && prev.el === el && (prev.t !== t || now() - first > 1000) && prev.b.x === b.x && prev.b.y === b.y && prev.b.width === b.width && prev.b.height === b.height;
          if (moves === 'pending') prev = null; // its first frame is drawn where it stands
          else if (!prev || prev.t !== t || prev.el !== el) prev = { el, b, t };
          if (a.hit) {
            if (moves && !same) { state = { kind: 'moving', words: 'found, moving' }; note(state.words); if (!last) return 'frame'; } else {
              if (q.g) {
                listen(window);
                for (const d2 of documents()) { const w = defaultView(d2); if (w && w !== window) listenIn(w); }
                gesture = { id: q.g, spec: q.spec, mode: q.mode, counts: !!q.counts, end: deadline + 50, passed: '', over: false, bad: null, trust: null };
              }
              return { ok: true, x: a.x, y: a.y, css: f.css, candidate: f.candidate, is: describe(el) };
            }
          } else {
            const by = a.by;
            const behind = by && within(by, el);
            state = { kind: 'covered', words: by ? `found, covered by ${describe(by)}` + (behind ? ' behind it' : '') : 'found, out of reach' };
            const o = by && !behind && (set.obstacles || []).find((x) => !(q.spent || []).includes(x.name) && closestSafe(by, x.css));
            if (o) { note(state.words); return { obstacle: o.name, close: o.close, by: describe(by) }; }
            // What nobody planned lies over a device: it is closed by its own close.
            if (by && !behind && q.spec.known && q.spec.known.seek !== 'close' && !(q.spent || []).includes('layer') && now() - first > 300) {
              const [px, py] = points(el)[0] || [0, 0];
              if (closerAt(px, py, null).el) return { obstacle: 'layer', close: '', by: describe(by), cx: px, cy: py };
            }
          }
        }
      }
      note(state.words);
      if (KIND_NOW.has(state.kind)) return { fail: state };
      return last ? { fail: state } : null;
    });
    return { ...r, trace };
  };
  const listenIn = (w) => TYPES.forEach((t) => { try { w.addEventListener(t, listener, { capture: true, passive: false }); } catch { /* gone */ } });

  // ---- screens ----

  const hostFits = (host) => {
    if (!host) return true;
    const h = location.hostname, site = config.site;
    const alexa = ['alexa.' + site, 'echo.' + site].some((a) => h === a || h.endsWith('.' + a));
    const ours = h === site || h.endsWith('.' + site);
    return host === 'alexa' ? alexa : host === 'ours' ? ours : host === 'site' && !alexa && ours;
  };
  const regs = new Map();
  const fits = (re, s) => { if (!regs.has(re)) { let r = null; try { r = new RegExp(re, 'u'); } catch { try { r = new RegExp(re); } catch { /* refused by the loader */ } } regs.set(re, r); } const r = regs.get(re); return !!r && r.test(s); };
  // half: the document is still being parsed, and what will tell its screen from
  // another may be yet to come (a password box before the captcha under it). One
  // that has not grown for a while is taken as it is.
  const allElements = Document.prototype.getElementsByTagName.call(document, '*');
  const readyState = got(Document.prototype, 'readyState');
  let size = -1, grew = 0, counted = -1e9;
  const half = () => {
    if (readyState(document) !== 'loading') return false;
    if (now() - counted > 250) { // counting takes time, and the parser needs it
      const n = allElements.length;
      counted = now();
      if (n !== size) { size = n; grew = counted; }
    }
    return now() - grew < 4000;
  };
  // hasToken: an inline script carries the token with which the lists are asked for.
  const hasToken = () => [...document.scripts].some((el) => !attr(el, 'src') && /\bcsrfToken\b["']?\s*[=:]\s*["'][^"']+["']/.test(textContent(el)));
  // A look at half a document is not worth its time, which the parser needs: unless
  // it is the last one, it only says that it is half.
  const look = (last) => {
    const unripe = half();
    if (unripe && !last) return { screen: 'unknown', url: location.href, path: location.pathname, title: clean(titleOf(document)), doc, half: true, why: ['still being parsed'] };
    const docs = documents(), seen = new Map();
    const shows = (css) => { if (!seen.has(css)) seen.set(css, query(docs, css).some((el) => visible(el))); return seen.get(css); };
    const misses = [];
    let found = null, why = [];
    for (const s of set.screens || []) {
      if (!hostFits(s.host)) continue;
      if (s.path && !fits(s.path, location.pathname)) continue;
      if (s.hash && !fits(s.hash, location.hash)) continue;
      const name = s.name + (s.variant ? '/' + s.variant : '');
      const miss = (w) => { if (misses.length < 12) misses.push(name + ': ' + w); };
      if (s.title && !fits(s.title, titleOf(document))) { miss('title'); continue; }
      if (s.token && !hasToken()) { miss('no token'); continue; }
      const bad = (s.visible || []).find((c) => !shows(c));
      if (bad) { miss('not visible ' + bad); continue; }
      if ((s.any || []).length && !s.any.some(shows)) { miss('none visible of ' + s.any.join(' | ')); continue; }
      const lack = (s.present || []).find((c) => !query(docs, c).length);
      if (lack) { miss('not there ' + lack); continue; }
      const over = (s.absent || []).find(shows);
      if (over) { miss('visible ' + over); continue; }
      found = s;
      if (s.path) why.push('path ' + location.pathname);
      if (s.hash) why.push('hash ' + location.hash);
      if (s.title) why.push('title');
      if (s.token) why.push('token');
      for (const c of s.visible || []) why.push('visible ' + c);
      const one = (s.any || []).find(shows);
      if (one) why.push('visible ' + one);
      for (const c of s.present || []) why.push('there ' + c);
      break;
    }
    const nav = query([document], '[class*="nav-lang-"]')[0];
    const lang = nav ? (attr(nav, 'class').match(/nav-lang-([A-Za-z-]+)/) || [])[1] : '';
    const timing = performance.getEntriesByType('navigation')[0];
    return {
      screen: found ? found.name : 'unknown', variant: found ? found.variant || '' : '', person: !!(found && found.person),
      patience: found ? (found.patience || 0) / 1e6 : 0, url: location.href, path: location.pathname, title: clean(titleOf(document)),
      lang: lang || (rootElement(document) ? attr(rootElement(document), 'lang') : '') || '', status: (timing && timing.responseStatus) || 0, doc, half: unripe, complete: readyState(document) === 'complete', why: found ? why : misses,
    };
  };
  // explain: for whoever wants to know why. Every rule that the address leaves is
  // laid open up to the one that holds; decoys are what a rule asks to be visible
  // and is there unseen.
  const explain = () => {
    const docs = documents(), cache = new Map();
    const state = (css) => {
      if (!cache.has(css)) {
        const els = query(docs, css), shown = els.filter((el) => visible(el));
        cache.set(css, { css, found: els.length, visible: shown.length, element: els.length ? describe(shown[0] || els[0]) : '', hidden: els.length && !shown.length ? invisible(els[0]) : '' });
      }
      return cache.get(css);
    };
    const name = (s) => s.name + (s.variant ? '/' + s.variant : '');
    const out = { host: hostFits('ours'), rule: '', note: '', grade: '', matched: [], missed: [], nearest: [], decoys: [] };
    const decoys = new Map();
    let held = false;
    for (const s of set.screens || []) {
      const conds = [];
      const rule = (kind, re, on) => { if (re) conds.push({ kind, css: re, held: fits(re, on) }); };
      rule('path', s.path, location.pathname);
      rule('hash', s.hash, location.hash);
      rule('title', s.title, titleOf(document));
      if (s.token) conds.push({ kind: 'token', css: 'csrfToken', held: hasToken() });
      for (const c of s.visible || []) conds.push({ kind: 'visible', ...state(c), held: state(c).visible > 0 });
      for (const c of s.any || []) conds.push({ kind: 'any', ...state(c), held: state(c).visible > 0 });
      for (const c of s.present || []) conds.push({ kind: 'present', ...state(c), held: state(c).found > 0 });
      for (const c of s.absent || []) conds.push({ kind: 'absent', ...state(c), held: state(c).visible === 0 });
      for (const c of conds) if (/visible|any/.test(c.kind) && c.found && !c.visible) {
        if (!decoys.has(c.css)) decoys.set(c.css, { css: c.css, element: c.element, hidden: c.hidden, screens: [] });
        const d = decoys.get(c.css).screens;
        if (!d.includes(s.name)) d.push(s.name);
      }
      if (held || !hostFits(s.host || 'ours')) continue;
      const any = conds.filter((c) => c.kind === 'any');
      if (conds.every((c) => c.held || c.kind === 'any') && (!any.length || any.some((c) => c.held))) {
        held = true;
        Object.assign(out, { rule: name(s), note: s.note || '', grade: s.grade || '', matched: conds.filter((c) => c.held), missed: conds.filter((c) => !c.held) });
      } else if (conds.some((c) => c.held && c.kind !== 'absent') && out.nearest.length < 12) {
        out.nearest.push({ rule: name(s), matched: conds.filter((c) => c.held), missed: conds.filter((c) => !c.held) });
      }
    }
    out.decoys = [...decoys.values()];
    return out;
  };
  const see = (q) => {
    let first = null, seen = null;
    const start = now();
    return until(q.ms, (last) => {
      seen = look(last);
      const old = !!q.prev && seen.doc === q.prev.doc && seen.screen === q.prev.screen;
      const wanted = !old && !seen.half && seen.screen !== 'unknown' && (!q.screens.length || q.screens.includes(seen.screen));
      // What was there when the last answer was given is no answer to it.
      if (wanted) return { ok: true, seen };
      if (location.protocol === 'chrome-error:') return { ok: false, blank: true, seen };
      // A screen that passes by itself may take its own time.
      if (!first || first.name !== seen.screen) first = { name: seen.screen, at: now() };
      return last ? { ok: false, seen, held: now() - Math.max(first.at, start) } : null;
    });
  };

  // ---- what else Go asks for ----

  const wait = async (q) => {
    const { trace, note } = tracer();
    const r = await until(q.ms, (last) => {
      const states = q.specs.map((s) => find(s, '', null));
      const i = states.findIndex((f) => f.el);
      if (i >= 0) return { ok: true, index: i, css: states[i].css, candidate: states[i].candidate };
      const now1 = states.findIndex((f) => KIND_NOW.has(f.kind));
      if (now1 >= 0) return { index: now1, fail: states[now1] };
      note(states[0].words);
      return last ? { index: 0, fail: states[0], all: states.map((f) => f.words) } : null;
    });
    return { ...r, trace };
  };
  const gone = (q) => {
    let since = 0;
    return until(q.ms, (last) => {
      const f = find(q.spec, '', null);
      if (f.kind === 'danger' || (f.kind === 'other' && q.spec.dialog)) return { fail: f };
      if (f.el || f.kind === 'ambiguous') { since = 0; return last ? { fail: { kind: 'timeout', words: 'still there' } } : null; }
      since = since || now(); // a list that is drawn anew is empty for a moment
      return now() - since >= q.settle ? { ok: true } : null;
    });
  };
  const setters = { input: Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value'), textarea: Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value'), select: Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value') };
  const trusted = (at, el) => {
    const okPath = (p) => (at.prefixes || []).some((x) => p.startsWith(x));
    if (location.protocol !== 'https:' || location.host !== at.host || location.origin !== 'https://' + at.host) return `this page is ${location.protocol}//${location.host}`;
    if (!okPath(location.pathname)) return `this page is ${location.pathname}`;
    if (ownerDocument(el) !== document) return 'it stands in a frame';
    const form = closestSafe(el, 'form');
    const leads = form ? [attr(form, 'action'), ...[...inElement(form, '[formaction]')].map((e) => attr(e, 'formaction'))] : [];
    for (const action of leads) {
      if (!action) continue;
      let u;
      try { u = new URL(action, baseURI(document)); } catch { return 'its form leads nowhere'; }
      if (u.protocol !== 'https:' || u.host !== at.host) return `its form leads to ${u.protocol}//${u.host}`;
    }
    return '';
  };
  const fill = async (q) => {
    const { trace, note } = tracer();
    const r = await until(q.ms, (last) => {
      const f = find(q.spec, '', null);
      let state = f;
      if (f.el) {
        const el = f.el, setter = setters[localName(el)];
        const dis = disabled(el) || (attr(el, 'readonly') !== null ? 'readonly' : '');
        if (q.at) { const no = trusted(q.at, el); if (no) return { fail: { kind: 'origin', words: `secret refused: ${no}` } }; }
        if (!setter) state = { kind: 'disabled', words: `found, but ${describe(el)} takes no text` };
        else if (dis) state = { kind: 'disabled', words: `found, disabled (${dis})` };
        else {
          try { HTMLElement.prototype.focus.call(el, { preventScroll: true }); } catch { /* focus is a courtesy */ }
          setter.set.call(el, q.text);
          el.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType: 'insertText' }));
          el.dispatchEvent(new Event('change', { bubbles: true }));
          if (isConnected(el) && setter.get.call(el) !== q.text) return { fail: { kind: 'cancelled', words: 'the page changed what was typed' } };
          return { ok: true, css: f.css, candidate: f.candidate };
        }
      }
      note(state.words);
      if (KIND_NOW.has(state.kind)) return { fail: state };
      return last ? { fail: state } : null;
    });
    return { ...r, trace };
  };
  const ticked = (q) => until(q.ms, (last) => {
    if (q.spec.known && q.spec.known.seek === 'tick') {
      const p = popupOf(byKey(q.spec.known.key), null);
      return p.holder && !p.tick && boxesIn(p.holder).every(isTicked) ? { ok: true } : last ? { fail: { kind: 'cancelled', words: 'clicked, but not ticked' } } : null;
    }
    const f = find(q.spec, 'check', null);
    if (f.el && (f.el.checked === true || attr(f.el, 'aria-checked') === 'true')) return { ok: true };
    return last ? { fail: f.el ? { kind: 'cancelled', words: 'clicked, but not ticked' } : f } : null;
  });
  const read = (q) => {
    const index = idIndex({ ids: q.ids || [] }, []);
    return { items: innermost(firstMatches(q.rows, documents())).map((row) => {
      const attrs = {}, fields = {};
      for (const a of attributes(row)) attrs[a.name] = a.value;
      for (const [field, name] of Object.entries(q.fields || {})) {
        const m = innermost(firstMatches(name, [row]));
        const el = m.find((x) => visible(x)) || m[0];
        if (el) fields[field] = untruncated(el) || text(el, true) || label(el);
      }
      return { text: text(row, true), title: attr(row, 'title') || '', id: (attr(row, 'id') || '').trim(), visible: visible(row), attrs, fields, ids: [...owners(row, index)[0]] };
    }) };
  };

  // ---- evidence ----

  const KEPT = /^(submit|button|reset|checkbox|radio|image|range|color|file|hidden)$/i;
  let veiled = null;
  const veil = () => {
    unveil();
    const held = [];
    for (const d of documents()) for (const el of inDocument(d, 'input,textarea')) {
      const tag = localName(el);
      if (tag === 'input' && KEPT.test(attr(el, 'type') || '')) continue;
      const v = setters[tag].get.call(el);
      if (v) { held.push([el, tag, v]); setters[tag].set.call(el, ''); }
    }
    // The bar greets by name and knows where to deliver. Opacity alone cannot be
    // undone by something inside it.
    const bars = innermost(firstMatches('personal-bar', documents())).map((el) => [el, attr(el, 'style')]);
    for (const [el] of bars) el.style.setProperty('opacity', '0', 'important');
    veiled = { held, bars, timer: setTimeout(unveil, 5000) }; // if Go never comes back
    return { held: held.length };
  };
  const unveil = () => {
    if (!veiled) return {};
    clearTimeout(veiled.timer);
    for (const [el, tag, v] of veiled.held) if (setters[tag].get.call(el) === '') setters[tag].set.call(el, v);
    for (const [el, style] of veiled.bars) { el.style.cssText = style || ''; if (style === null) el.removeAttribute('style'); }
    veiled = null;
    return {};
  };
  const html = () => {
    const inert = document.implementation.createHTMLDocument('');
    const root = inert.importNode(rootElement(document), true);
    for (const el of inElement(root, 'input')) if (!/^(submit|button|reset|checkbox|radio|image)$/i.test(attr(el, 'type') || '')) el.removeAttribute('value');
    for (const el of inElement(root, 'textarea')) el.textContent = '';
    // Of the bar its structure is evidence, its words are personal.
    for (const bar of firstMatches('personal-bar', [root])) {
      const words = inert.createTreeWalker(bar, NodeFilter.SHOW_TEXT);
      while (words.nextNode()) if (words.currentNode.nodeValue.trim()) words.currentNode.nodeValue = '\u2026';
    }
    return { html: '<!doctype html>\n' + htmlOf(root) };
  };

//@include picture.js
  const api = { ready, pressed, see, wait, gone, fill, ticked, read, veil, unveil, html, picture, know, survey, outcome, roll, look: (q) => ({ ok: true, seen: q.quick ? { half: half() } : look(q.last) }), explain, probe, hello: () => ({}) };
  const call = (name, q) => { greeted = true; return api[name](q); };
  Object.defineProperty(globalThis, 'unecho', { value: Object.freeze({ call, guard }) });
})
