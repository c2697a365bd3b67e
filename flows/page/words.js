  // ---- words ----

  // Most words are plain and tidy already.
  const clean = (s) => typeof s === 'string' && /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(s) ? s : String(s ?? '').normalize('NFC')
    .replace(/[\u200b-\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
  const fold = (s) => clean(s).toLowerCase().replace(/\u2019/g, "'");
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
  // text gathers what an element says; all: with what is not rendered as well.
  // It stops when more than max characters came together.
  const text = (el, all, max = Infinity) => {
    let out = '';
    const walk = (n) => {
      if (out.length > max) return;
      const type = nodeType(n);
      // Collapsed as it grows: what is cut at max is longer than max also without its spaces.
      if (type === 3) { const t = n.data.length > 1 && /\s\s/.test(n.data) ? n.data.replace(/\s+/g, ' ') : n.data; out += out.endsWith(' ') ? t.replace(/^\s+/, '') : t; return; }
      if (type !== 1) return;
      const tag = localName(n);
      if (SILENT.has(tag)) return;
      if (!all && n !== el && !rendered(n, { visibilityProperty: true }) && getComputedStyle(n).display !== 'contents') return;
      const block = !INLINE.has(tag);
      if (block && !out.endsWith(' ')) out += ' ';
      if (tag === 'input' && /^(submit|button|reset)$/i.test(attr(n, 'type') || '')) out += attr(n, 'value') || '';
      else if (tag !== 'textarea') for (const k of kids(n)) walk(k);
      if (block && !out.endsWith(' ')) out += ' ';
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
  // dialogWords: everything that an element says, to those who see it and to those who hear it.
  const dialogWords = (el) => {
    const out = [text(el)];
    for (const n of [el, ...inElement(el, '[title],[aria-label],[alt]')]) out.push(attr(n, 'title') || '', attr(n, 'aria-label') || '', attr(n, 'alt') || '');
    for (const n of inElement(el, 'input:not([type=hidden]):not([type=password]),textarea,output')) out.push(n.value || '');
    const all = [el, ...inElement(el, '*')];
    if (all.length < 300) for (const n of all) for (const part of ['::before', '::after']) { const c = getComputedStyle(n, part).content; if (/^"/.test(c)) out.push(c.slice(1, -1)); }
    return clean(out.join(' | '));
  };
