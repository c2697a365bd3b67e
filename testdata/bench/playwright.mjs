// The job by playwright-core, as its documentation does such things: locators.
import { chromium } from 'playwright-core';

const task = JSON.parse(process.env.BENCH_TASK);
const browser = await chromium.launch({ executablePath: task.browser, args: task.args, headless: true, chromiumSandbox: false });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
page.setDefaultTimeout(20000);
const account = 'a[data-csa-c-slot-id="nav-link-accountList"]';

await page.goto('https://www.amazon.com/');
await page.click(account);
await page.fill('#ap_email', task.email);
await page.click('input#continue');
await page.fill('#ap_password', task.password);
await page.click('#signInSubmit');
await page.hover(account);
await page.click('#nav-al-your-account a[href*="/hz/mycd/"]');

let path = '/hz/mycd/ajax', body = 'data=' + encodeURIComponent('{"param":{"GetDevices":{}}}');
if (task.console) {
  path = '/hz/mycd/digital-console/ajax';
  body = 'activity=GetDevicesOverview&activityInput=' + encodeURIComponent('{"surfaceType":"LargeDesktop"}') + '&clientId=MYCD_WebService';
  let family = '';
  for (const d of task.targets) {
    if (d.family !== family) {
      if (family) await page.click('a[href$="/digital-console/alldevices"]');
      await page.click(`a[href$="deviceFamily=${d.family}"]`);
      family = d.family;
    }
    await page.click(`[id="DEVICE_${d.key}"]`);
    await page.click(`[id="DEREGISTER_DEVICE_ACTION_${d.key}"]`);
    await page.click(`[id="DEREGISTER_DEVICE_DIALOG_${d.key}_CONFIRM"]`);
    await page.waitForSelector(`[id="DEVICE_${d.key}"]`, { state: 'detached' });
  }
} else {
  await page.click('.myx-tabs > li:nth-child(2) .tab_myx > a');
  for (const d of task.targets) {
    const row = page.locator(`.contentTableListRow_myx:has([title="${d.name}"])`);
    await row.locator('a.myx-popover-trigger').click();
    await row.locator('#contentAction_deregister_myx button').click();
    const button = page.locator('#ui_dialog_myx .myx-button-primary button');
    await button.filter({ hasText: 'Deregister' }).click();
    await button.filter({ hasText: 'OK' }).click();
    await row.waitFor({ state: 'detached' });
  }
}
await page.reload();
await page.locator(task.console ? '.standin-tile, .standin-row' : 'a.myx-popover-trigger').first().waitFor();
const list = await page.evaluate(async ([path, body]) => {
  const r = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: body + '&csrfToken=' + encodeURIComponent(window.csrfToken) });
  return r.text();
}, [path, body]);
if (!list.includes('"success":true')) throw new Error('no list');
for (const d of task.targets) if (list.includes(JSON.stringify(d.name))) throw new Error(d.name + ' is still there');
await browser.close();
