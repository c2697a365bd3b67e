  // ---- controls ----

  // What lies over the page is no control, though a press beside its contents may close it.
  const OVER = 'dialog,[role=dialog],[role=alertdialog],[role=menu],[role=listbox],[aria-modal=true],[popover]';
  const NATIVE = 'button,a[href],summary,input:not([type=hidden]),select,[role=button],[role=link],[role=menuitem],[role=menuitemradio],[role=tab],[role=option],[role=switch],[role=checkbox],[role=radio],[role=treeitem],[onclick]:not(' + OVER + '),[tabindex]:not([tabindex^="-"],' + OVER + ')';
  const cursor = once((el) => getComputedStyle(el).cursor);
  const pointers = (el) => { if (cursor(el) !== 'pointer' || matches(el, OVER)) return false; const p = up(el); return !isElement(p) || cursor(p) !== 'pointer' || matches(p, OVER); };
  const pressable = once((el) => matches(el, NATIVE) || pointers(el));
  // faced: an invisible control laid over a face that can be seen, as Amazon's own are.
  const faced = (el) => {
    if (!matches(el, 'input[type=submit],input[type=button],input[type=reset],input[type=image],input[type=checkbox],input[type=radio],button,a') || !rendered(el, { visibilityProperty: true })) return false;
    const o = parseFloat(getComputedStyle(el).opacity);
    if (!(o < 0.1)) return false;
    const p = up(el);
    if (!isElement(p) || invisible(p)) return false;
    const a = boxOf(el), b = boxOf(p);
    return sized(a) && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom && [...kids(p)].some((k) => k !== el && (isElement(k) ? visible(k) && (text(k) || matches(k, 'img,svg,i') || inElement(k, 'img,svg,i').length) : clean(k.data)));
  };
  const canSee = (el, trust) => !invisible(el, trust) || faced(el);
  // called: what a control is called, for whoever reads it and for whoever hears it.
  const spoken = once((el) => text(el, false, 300));
  const called = once((el) => {
    const out = [];
    const add = (v) => { const c = clean(v); if (c && !out.includes(c)) out.push(c); };
    add(attr(el, 'aria-label'));
    add(idrefs(el, 'aria-labelledby'));
    add(spoken(el));
    if (matches(el, 'input')) { if (matches(el, SENDS)) add(sent(el)); if (faced(el)) add(text(up(el), false, 300)); for (const l of labels(el)) add(text(l, false, 300)); }
    add(attr(el, 'title'));
    for (const i of inElement(el, 'img[alt],svg[aria-label],[role=img][aria-label]')) add(attr(i, 'alt') || attr(i, 'aria-label'));
    return out;
  });
  const says = (el, name, dev) => {
    const { all: wanted } = wordings(name, dev), ok = (w) => wanted.has(w) || wanted.has(w.replace(/\s*(\u2026|\.\.\.|[?\uff1f]|\u2192|\u203a|>)$/, '')); // "Deregister…" asks before it does
    const words = (w) => !/^[\p{P}\p{S}\s]*$/u.test(w);
    const own = fold(spoken(el)); // most elements say something else, and are asked no more
    if (words(own) && !ok(own)) return false;
    const all = called(el).map(fold).filter(words);
    return !!all.length && all.every(ok);
  };
  // threat: the danger that a control is. The words of a row that can be pressed as a
  // whole are no label of it.
  const threat = (el, place) => {
    const mine = called(el).map(fold);
    for (const d of set.dangers || []) {
      if (d.where === 'dialog') continue;
      for (let n = el, i = 0; isElement(n) && i < 3; n = up(n), i++) { if (place && (n === place || within(n, place))) break; if (d.css && matches(n, d.css)) return d.name; }
      if (d.text && (d.contains ? mine.some((x) => speaks(x, d.text)) : mine.some((x) => isPhrase(x, d.text)))) return d.name;
    }
    return '';
  };
  const controlsIn = (el, trust) => everyIn(el).filter((c) => pressable(c) && canSee(c, trust));
  // inLandmark: it stands in a bar of the page, which no row, card or details is part of; the
  // header and footer of a card are none (HTML: they belong to the section around them).
  const SECTION = 'article,aside,section,main,nav,li,td,tr,fieldset,details,dialog,[role=dialog],[role=alertdialog],[role=listitem],[role=row],[role=gridcell]';
  const inLandmark = (c, anchor, place) => {
    const l = closestSafe(c, LANDMARK);
    if (!l || within(l, anchor) || (place && within(place, l))) return false;
    return !(matches(l, 'header:not([role]),footer:not([role])') && closestSafe(up(l), SECTION));
  };
  // deregistersIn: what says Deregister in an element and can be seen.
  const deregistersIn = (el, dev, trust) => {
    const own = everyIn(el).concat(el).filter((c) => (pressable(c) || isPhrase(fold(text(c, false, 60)), 'deregister')) && canSee(c, trust) && says(c, 'deregister', dev));
    const inner = innermost(own);
    // an overlaid input and its face are one control
    const faces = inner.filter((c) => !inner.some((o) => o !== c && matches(o, 'input') && faced(o) && within(up(o), c)));
    // the words of a control are not a second one
    return faces.map((c) => { let best = c; for (let n = c, i = 0; isElement(n) && i < 4 && n !== up(el); n = up(n), i++) if (pressable(n) && says(n, 'deregister', dev)) { best = n; break; } return best; }).filter((c, i, a) => a.indexOf(c) === i);
  };
  // A word that is also a device's name is one only where the names stand.
  const isName = (c) => { const h = S.hits.get(c); return !!h && !!h.name && (S.names.get(h.name) || []).includes(c); };
