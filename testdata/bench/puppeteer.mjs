// The job by puppeteer-core, as its documentation does such things: waitForSelector and click.
import puppeteer from 'puppeteer-core';

const task = JSON.parse(process.env.BENCH_TASK);
const browser = await puppeteer.launch({ executablePath: task.browser, args: task.args, pipe: true, headless: true, defaultViewport: { width: 1280, height: 900 } });
const [page] = await browser.pages();
page.setDefaultTimeout(20000);
const click = async (selector) => { const e = await page.waitForSelector(selector, { visible: true }); await e.click(); await e.dispose(); };
const loads = (selector) => Promise.all([page.waitForNavigation(), click(selector)]);
const account = 'a[data-csa-c-slot-id="nav-link-accountList"]';

await page.goto('https://www.amazon.com/');
await loads(account);
await page.type('#ap_email', task.email);
await loads('input#continue');
await page.type('#ap_password', task.password);
await loads('#signInSubmit');
await page.hover(account);
await loads('#nav-al-your-account a[href*="/hz/mycd/"]');

let path = '/hz/mycd/ajax', body = 'data=' + encodeURIComponent('{"param":{"GetDevices":{}}}');
if (task.console) {
  path = '/hz/mycd/digital-console/ajax';
  body = 'activity=GetDevicesOverview&activityInput=' + encodeURIComponent('{"surfaceType":"LargeDesktop"}') + '&clientId=MYCD_WebService';
  let family = '';
  for (const d of task.targets) {
    if (d.family !== family) {
      if (family) await click('a[href$="/digital-console/alldevices"]');
      await click(`a[href$="deviceFamily=${d.family}"]`);
      family = d.family;
    }
    await click(`[id="DEVICE_${d.key}"]`);
    await click(`[id="DEREGISTER_DEVICE_ACTION_${d.key}"]`);
    await click(`[id="DEREGISTER_DEVICE_DIALOG_${d.key}_CONFIRM"]`);
    await page.waitForSelector(`[id="DEVICE_${d.key}"]`, { hidden: true });
  }
} else {
  await click('.myx-tabs > li:nth-child(2) .tab_myx > a');
  for (const d of task.targets) {
    const row = `.contentTableListRow_myx:has([title="${d.name}"])`;
    await click(`${row} a.myx-popover-trigger`);
    await click(`${row} #contentAction_deregister_myx button`);
    await click('#ui_dialog_myx .myx-button-primary button ::-p-text(Deregister)');
    await click('#ui_dialog_myx .myx-button-primary button ::-p-text(OK)');
    await page.waitForSelector(row, { hidden: true });
  }
}
await page.reload();
await page.waitForSelector(task.console ? '.standin-tile, .standin-row' : 'a.myx-popover-trigger', { visible: true });
const list = await page.evaluate(async (path, body) => {
  const r = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: body + '&csrfToken=' + encodeURIComponent(window.csrfToken) });
  return r.text();
}, path, body);
if (!list.includes('"success":true')) throw new Error('no list');
for (const d of task.targets) if (list.includes(JSON.stringify(d.name))) throw new Error(d.name + ' is still there');
await browser.close();
