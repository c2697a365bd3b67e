  // ---- the DOM, read safely ----
  //
  // All access goes through the functions of the prototypes: a form with an
  // <input name="matches"> answers form.matches with that input, in every world.

  const getter = (proto, name) => Object.getOwnPropertyDescriptor(proto, name).get;
  const got = (proto, name) => {
    const get = getter(proto, name);
    return (o) => get.call(o);
  };
  // What is asked most often has a function of its own, which the browser can inline.
  const parentNodeGet = getter(Node.prototype, 'parentNode'), parentNode = (o) => parentNodeGet.call(o);
  const nodeTypeGet = getter(Node.prototype, 'nodeType'), nodeType = (o) => nodeTypeGet.call(o);
  const childNodesGet = getter(Node.prototype, 'childNodes'), childNodes = (o) => childNodesGet.call(o);
  const localNameGet = getter(Element.prototype, 'localName'), localName = (o) => localNameGet.call(o);
  const shadowRootGet = getter(Element.prototype, 'shadowRoot'), shadowRoot = (o) => shadowRootGet.call(o);
  const assignedSlotGet = getter(Element.prototype, 'assignedSlot'), assignedSlot = (o) => assignedSlotGet.call(o);
  const attrFn = Element.prototype.getAttribute, attr = (o, a) => attrFn.call(o, a);
  const hasAttrFn = Element.prototype.hasAttribute, hasAttr = (o, a) => hasAttrFn.call(o, a);
  const boxFn = Element.prototype.getBoundingClientRect, boxOf = (o) => boxFn.call(o);
  const renderedFn = Element.prototype.checkVisibility, rendered = (o, a) => renderedFn.call(o, a);
  const inElementFn = Element.prototype.querySelectorAll, inElement = (o, a) => inElementFn.call(o, a);
  const fn = (proto, name) => {
    const f = proto[name];
    return (o, a, b, c) => f.call(o, a, b, c); // none of them takes more
  };
  const textContent = got(Node.prototype, 'textContent');
  const isConnected = got(Node.prototype, 'isConnected');
  const baseURI = got(Node.prototype, 'baseURI');
  const ownerDocument = got(Node.prototype, 'ownerDocument');
  const attributes = got(Element.prototype, 'attributes');
  const htmlOf = got(Element.prototype, 'outerHTML');
  const closest = fn(Element.prototype, 'closest');
  const rects = fn(Element.prototype, 'getClientRects');
  const animations = fn(Element.prototype, 'getAnimations');
  const scrollTo = fn(Element.prototype, 'scrollIntoView');
  const inDocument = fn(Document.prototype, 'querySelectorAll');
  const inFragment = fn(DocumentFragment.prototype, 'querySelectorAll');
  const defaultView = got(Document.prototype, 'defaultView');
  const rootOf = fn(Node.prototype, 'getRootNode');
  const treeWalker = fn(Document.prototype, 'createTreeWalker');
  const rootElement = got(Document.prototype, 'documentElement');
  const titleOf = got(Document.prototype, 'title');
  const allAnimations = fn(Document.prototype, 'getAnimations');
  const docPoint = fn(Document.prototype, 'elementFromPoint');
  const follows = fn(Node.prototype, 'compareDocumentPosition');
  const slotOf = got(Text.prototype, 'assignedSlot');
  const attributeNames = fn(Element.prototype, 'getAttributeNames');
  const rootPoint = fn(ShadowRoot.prototype, 'elementFromPoint');
  const matchesFn = Element.prototype.matches;
  const matches = (el, css) => { try { return matchesFn.call(el, css); } catch { return false; } };
  const isElement = (n) => !!n && nodeType(n) === 1;
  const now = () => performance.now();

  // once: what was asked of an element need not be asked again while no code of the page
  // can have run. anew() stands wherever it may have: before each look, each event, and
  // after our own scrolling.
  let era = 0;
  const anew = () => { era++; };
  const once = (ask) => {
    let of = -1, answers = null;
    return (el) => {
      if (of !== era) { of = era; answers = new Map(); }
      let a = answers.get(el);
      if (a === undefined) answers.set(el, (a = ask(el)));
      return a;
    };
  };

  // memo: what depends on a string alone is asked of it once.
  const memo = (ask) => {
    let answers = new Map();
    return (s) => {
      let a = answers.get(s);
      if (a === undefined) { if (answers.size > 50000) answers = new Map(); answers.set(s, (a = ask(s))); }
      return a;
    };
  };

  const describe = (el) => {
    if (!isElement(el)) return 'nothing';
    let s = localName(el);
    const id = attr(el, 'id');
    if (id && id.trim()) s += '#' + id.trim();
    else s += (attr(el, 'class') || '').split(/\s+/).filter(Boolean).slice(0, 2).map((c) => '.' + c).join('');
    return s.length > 70 ? s.slice(0, 69) + '…' : s;
  };

  const kids = (el) => {
    const root = shadowRoot(el);
    if (root) return childNodes(root);
    if (localName(el) === 'slot') { const a = el.assignedNodes(); if (a.length) return a; }
    return childNodes(el);
  };
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
  const framesIn = (d) => { const w = defaultView(d); return w && w.length ? inDocument(d, 'iframe,frame') : []; };
  const documents = () => {
    const out = [document];
    for (let i = 0; i < out.length && i < 50; i++) for (const f of framesIn(out[i])) { const d = frameDoc(f); if (d) out.push(d); }
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
    if (begin - hostTime < Math.max(250, 50 * hostCost)) return hostList;
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
  const closestSafe = (el, css) => { try { return closest(el, css); } catch { return null; } };
