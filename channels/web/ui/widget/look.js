// How the chat looks: one constructed style sheet, which a strict Content-Security-Policy allows.

const DARK = `
  --brand: #2f9c79; --head: #12382c; --head-ink: #f2f7f4; --mine: #1d6b53; --mine-ink: #ffffff;
  --paper: #18211d; --ground: #0f1613; --ink: #e8efeb; --soft: #a3b2aa; --line: #2d3a34; --press: #22302a;
  --link: #7fd3b4; --danger: #ff8a80; --danger-ground: #3a1917; --danger-line: #6b2c28; --shade: rgb(0 0 0 / .55);
  color-scheme: dark;`;

const CSS = `
:host {
  --brand: #0c6b50; --head: #0c5a44; --head-ink: #ffffff; --mine: #0c6b50; --mine-ink: #ffffff;
  --paper: #ffffff; --ground: #f3f6f4; --ink: #16211c; --soft: #566259; --line: #dce4df; --press: #e9f3ee;
  --link: #0a5f47; --danger: #a8201a; --danger-ground: #fdf0ee; --danger-line: #f0c4bf; --shade: rgb(16 40 30 / .22);
  --text: 1rem; color-scheme: light;
  position: fixed; inset: auto 1.25rem 1.25rem auto; z-index: 2147483000; font-size: var(--text); line-height: 1.5;
  font-family: system-ui, -apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei",
    "Noto Sans CJK SC", "Noto Sans SC", sans-serif;
}
@media (prefers-color-scheme: dark) { :host(:not([theme=light])) { ${DARK} } }
:host([theme=dark]) { ${DARK} }
:host([large]) { --text: 1.4rem; }
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; margin: 0; }
button, textarea { font: inherit; color: inherit; }
button, a { -webkit-tap-highlight-color: transparent; }
button { cursor: pointer; border: 0; background: none; min-width: 46px; min-height: 46px; }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
svg { width: 1.4rem; height: 1.4rem; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round;
  stroke-linejoin: round; flex: none; }
.away { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.launch { display: flex; align-items: center; gap: .6em; padding: .7em 1.2em .7em 1em; border-radius: 99px;
  background: var(--mine); color: #fff; font-weight: 600; box-shadow: 0 8px 28px var(--shade); }
.launch:hover { filter: brightness(1.08); }
:host([open]) .launch { display: none; }
.badge { min-width: 1.6em; padding: 0 .4em; border-radius: 1em; background: #b3261e; text-align: center; font-size: .85em; }
.panel { position: relative; display: none; flex-direction: column; width: 25rem; height: min(44rem, calc(100dvh - 2.5rem));
  background: var(--paper); color: var(--ink); border-radius: 1.25rem; overflow: hidden;
  box-shadow: 0 18px 60px var(--shade), 0 0 0 1px var(--line); }
:host([open]) .panel { display: flex; animation: rise .22s ease-out; }
:host([large]) .panel { width: 31rem; }

header { display: flex; align-items: center; gap: .5rem; padding: .8rem .6rem .8rem 1rem; background: var(--head);
  color: var(--head-ink); }
header :focus-visible { outline-color: #ffd48a; outline-offset: -3px; }
.face { display: grid; place-items: center; width: 2.5rem; height: 2.5rem; border-radius: 50%; flex: none;
  background: rgb(255 255 255 / .16); }
.who { flex: 1; min-width: 0; }
.who h2 { font-size: 1.05em; line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; }
.who p { font-size: .8125em; line-height: 1.3; opacity: .9; }
.tool { display: grid; place-items: center; border-radius: .7rem; font-weight: 600; font-size: .9375rem; padding: 0 .4rem; }
.tool:hover, .tool[aria-pressed=true] { background: rgb(255 255 255 / .16); }

.sos { display: flex; align-items: center; gap: .6em; width: 100%; padding: .3em 1em; text-align: start;
  background: var(--danger-ground); color: var(--danger); border-bottom: 1px solid var(--danger-line);
  font-size: .9375em; font-weight: 600; }
.sos b { background: #b3261e; color: #fff; border-radius: .45em; padding: .1em .5em; letter-spacing: .06em;
  font-size: .875em; }
.sos:focus-visible, .log:focus-visible { outline-offset: -3px; }
.note { padding: .6em 1em; font-size: .9em; background: #fff4d6; color: #4d3800; border-bottom: 1px solid #ecd9a0; }
.note.dial { background: var(--danger-ground); color: var(--danger); border-color: var(--danger-line); font-weight: 600; }
.note a { display: inline-flex; align-items: center; min-height: 46px; padding: 0 .8em; margin: .3em .4em 0 0;
  border-radius: .7em; background: #b3261e; color: #fff; text-decoration: none; }

.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 1rem 1rem .5rem; background: var(--ground);
  scroll-behavior: smooth; }
.day { text-align: center; font-size: .78em; color: var(--soft); padding: .1em 0 .8em; }
.line { display: flex; flex-direction: column; align-items: flex-start; gap: .35em; margin-bottom: .8em;
  animation: rise .18s ease-out; }
.line.mine { align-items: flex-end; }
.bubble { max-width: 86%; padding: .6em .9em; border-radius: 1.1em; border-end-start-radius: .3em;
  background: var(--paper); border: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
.mine .bubble { background: var(--mine); border-color: transparent; color: var(--mine-ink); border-radius: 1.1em;
  border-end-end-radius: .3em; }
.bubble a { color: var(--link); }
.mine .bubble a { color: inherit; }
.line.waiting .bubble { opacity: .72; }
progress { width: 45%; height: .4em; accent-color: var(--brand); }
time, .state, .by { font-size: .75em; color: var(--soft); padding: 0 .3em; }
.by { font-weight: 600; }
.state { display: flex; align-items: center; gap: .5em; color: var(--danger); font-weight: 600; font-size: .875em; }
.again { padding: 0 .9em; border-radius: .8em; border: 1.5px solid currentColor; color: var(--danger); font-weight: 600; }
.choices { display: flex; flex-wrap: wrap; gap: .45em; max-width: 100%; padding-top: .15em; }
.choices button, .go { padding: .45em 1em; border-radius: 1.4em; border: 1.5px solid var(--brand); color: var(--link);
  background: var(--paper); font-weight: 600; line-height: 1.3; text-align: start; }
.choices button:hover, .go:hover { background: var(--press); }
.choices button:first-child:nth-last-child(2) { background: var(--mine); border-color: var(--mine); color: #fff; }
.go { display: inline-flex; align-items: center; gap: .4em; min-height: 46px; text-decoration: none; }
.card { width: 86%; border-radius: 1em; border: 1px solid var(--line); background: var(--paper); overflow: hidden; }
.card h3 { font-size: 1em; font-weight: 650; padding: .6em 1em; background: var(--press); color: var(--link); }
.card dl { display: grid; grid-template-columns: minmax(4.2em, max-content) 1fr; padding: .3em 1em .5em; }
.card dt, .card dd { padding: .4em 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.card dt { color: var(--soft); padding-inline-end: 1em; }
.card dt:last-of-type, .card dd:last-of-type { border: 0; }
.picture { display: block; max-width: 72%; border-radius: 1em; overflow: hidden; border: 1px solid var(--line);
  background: #fff; }
.picture img { display: block; width: 100%; min-width: 6em; min-height: 4em; max-height: 18em; object-fit: contain; }
.typing { display: inline-flex; gap: .3em; padding: .85em 1em; margin-bottom: .8em; border: 1px solid var(--line);
  border-radius: 1.1em; border-end-start-radius: .3em; background: var(--paper); }
.typing i { width: .45em; height: .45em; border-radius: 50%; background: var(--soft); animation: beat 1.1s infinite; }
.typing i:nth-child(2) { animation-delay: .15s; }
.typing i:nth-child(3) { animation-delay: .3s; }

form { display: flex; align-items: flex-end; gap: .35rem; padding: .6rem; border-top: 1px solid var(--line);
  background: var(--paper); }
textarea { flex: 1; min-width: 0; min-height: 46px; max-height: 7.5em; padding: .55em .9em; resize: none; line-height: 1.4;
  field-sizing: content; border: 1.5px solid #7c8a82; border-radius: 1.3em; background: var(--paper); color: var(--ink); }
textarea:focus { outline: 3px solid var(--brand); outline-offset: -1px; border-color: transparent; }
textarea::placeholder { color: var(--soft); opacity: 1; }
form button { display: grid; place-items: center; border-radius: 50%; color: var(--link); }
form button:hover { background: var(--press); }
.send, .send:hover { background: var(--mine); color: #fff; }
.send svg { width: 1.25rem; height: 1.25rem; fill: currentColor; stroke: none; }

@keyframes rise { from { opacity: 0; transform: translateY(8px); } }
@keyframes beat { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; transform: translateY(-.2em); } }
@media (max-width: 40rem) {
  :host([open]) { inset: 0; }
  .panel, :host([large]) .panel { width: 100%; height: 100%; border-radius: 0; }
}
@media (max-height: 34rem) { .who p { display: none; } header { padding-block: .3rem; } }
@media (prefers-reduced-motion: reduce) { *, .log { animation: none !important; scroll-behavior: auto; } }
@media (forced-colors: active) { .bubble, .choices button, .send { border: 1px solid; } }
@media print { :host { display: none; } }
`;

/** One sheet for every chat on the page. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
