package standin

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const mycdPath = "/hz/mycd/myx?pageType=content&ref_=nav_AccountFlyout_myk"

func TestSignInRoundTrip(t *testing.T) {
	v := visitor0(t, "")
	home := v.get("https://amazon.com/")
	if home.url.Host != "www.amazon.com" || !strings.Contains(home.body, "nav-unrec") {
		t.Fatalf("home at %s, want the signed-out one at www.amazon.com", home.url)
	}
	page := v.get(mycdPath)
	if page.url.Path != "/ap/signin" || page.url.Query().Get("openid.pape.max_auth_age") != "3600" || page.url.Query().Get("openid.assoc_handle") != "usflex" {
		t.Fatalf("devices without a sign-in led to %s", page.url)
	}
	page = v.signIn(mycdPath)
	if page.url.Path != "/hz/mycd/myx" || page.url.Query().Get("pageType") != "content" {
		t.Fatalf("after the password: %s, want the page that was asked for", page.url)
	}
	if got := v.get("/"); !strings.Contains(got.body, "nav-rec ") || !strings.Contains(got.body, `"customerId":"`+customerID+`"`) {
		t.Error("home after the sign-in does not know the customer")
	}
	r := v.site.Record()
	if r.SignIns != 1 || r.Passwords != (Attempts{1, 1}) || r.Emails != 1 || !r.RememberMe || len(r.Decoys) != 0 {
		t.Errorf("record: %+v", r)
	}
}

func TestSignInCookiesAreLikeTheRealOnes(t *testing.T) {
	v := visitor0(t, "")
	form := fill(v.get("/ap/signin?openid.assoc_handle=usflex"), "email", email)
	form = fill(v.post("/ap/signin", form), "password", password)
	req, _ := http.NewRequest("POST", v.base+"/ap/signin", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	v.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := v.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	got := map[string]*http.Cookie{}
	for _, c := range res.Cookies() {
		got[c.Name] = c
	}
	for _, name := range []string{"at-main", "sess-at-main", "x-main"} {
		c := got[name]
		if c == nil || !c.Secure || c.Domain != "amazon.com" || c.HttpOnly != strings.Contains(name, "at-") {
			t.Errorf("cookie %s: %v", name, c)
		}
		// The box was not ticked: gone with the browser.
		if c != nil && !c.Expires.IsZero() {
			t.Errorf("cookie %s outlives a browser that was not told to remember", name)
		}
	}
}

func TestDecoysArePresent(t *testing.T) {
	v := visitor0(t, "passkey-offered")
	page := v.get(mycdPath)
	for _, want := range []string{`id="ap-credential-autofill-hint"`, `id="passkey-error-alert"`, `id="auth-cookie-warning-message"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("e-mail page lacks %s", want)
		}
	}
	if strings.Count(page.body, `id="continue"`) != 2 {
		t.Error("the classic e-mail page has two elements with the id continue")
	}
	page = v.post("/ap/signin", fill(page, "email", email))
	for _, want := range []string{`type="hidden" name="email" value="ada@example.com" id="ap_email"`, `<button id="continue" class="a-button-text" type="button">`, `id="auth-signin-button"`, `id="signInSubmit"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("password page lacks %s", want)
		}
	}
	if strings.Contains(page.body, "auth-error-message-box") {
		t.Error("password page shows an error before any was made")
	}
	// A tool that types into the hidden boxes is found out.
	v = visitor0(t, "")
	v.post("/ap/signin", fill(v.get(mycdPath), "email", email, "password", "typed into the decoy"))
	if r := v.site.Record(); len(r.Decoys) != 1 || r.Passwords.Sent != 0 {
		t.Errorf("decoys %v, passwords %v", r.Decoys, r.Passwords)
	}
}

func TestUnifiedSignIn(t *testing.T) {
	v := visitor0(t, "unified")
	page := v.get(mycdPath)
	if page.url.Path != "/ax/claim" || !strings.Contains(page.body, "<title></title>") || !strings.Contains(page.body, `<input class="a-button-input" type="submit"`) {
		t.Fatalf("at %s", page.url)
	}
	if got := v.post("/ax/claim?"+page.url.RawQuery, fill(page, "email", "nobody@example.com")); got.url.Path != "/ax/claim/intent" || !strings.Contains(got.body, "intent-confirmation-form") {
		t.Errorf("an unknown e-mail led to %s", got.url)
	}
	page = v.post("/ax/claim?"+page.url.RawQuery, fill(v.get(mycdPath), "email", email))
	if page = v.post("/ap/signin", fill(page, "password", password)); page.url.Path != "/hz/mycd/myx" {
		t.Errorf("ended at %s", page.url)
	}
}

func TestRejections(t *testing.T) {
	v := visitor0(t, "wrong-password")
	page := v.signIn(mycdPath)
	if page.url.Path != "/ap/signin" || !strings.Contains(page.body, `id="auth-error-message-box"`) || !strings.Contains(page.body, `id="ap_password"`) {
		t.Errorf("a wrong password led to %s", page.url)
	}
	if r := v.site.Record(); r.Passwords != (Attempts{1, 0}) || r.SignIns != 0 {
		t.Errorf("record %+v", r)
	}
	v = visitor0(t, "")
	if page = v.post("/ap/signin", fill(v.get(mycdPath), "email", "nobody@example.com")); !strings.Contains(page.body, "auth-error-message-box") || !strings.Contains(page.body, `type="email"`) {
		t.Error("an unknown e-mail is not rejected on the e-mail page")
	}
	if page = v.get("/ap/signin?openid.assoc_handle=deflex"); page.status != 404 {
		t.Errorf("another marketplace's handle: %d, want 404", page.status)
	}
}

func TestNoCookiesNoSignIn(t *testing.T) {
	v := visitor0(t, "")
	form := fill(v.get(mycdPath), "email", email)
	v.http.Jar = nil
	if page := v.post("/ap/signin", form); !strings.Contains(page.body, "a-alert-warning standin-on") {
		t.Error("a visitor without cookies is not told so")
	}
}

func TestRememberedUser(t *testing.T) {
	v := visitor0(t, "remembered")
	page := v.get(mycdPath)
	if !strings.Contains(page.body, `name="email" value="ada@example.com" id="ap-claim"`) || !strings.Contains(page.body, `id="ap_switch_account_link"`) {
		t.Fatal("no remembered user on the password page")
	}
	if page = v.post("/ap/signin", fill(page, "password", password)); page.url.Path != "/hz/mycd/myx" {
		t.Errorf("ended at %s", page.url)
	}
}

func TestASignInIsGoodForAnHourAndForTheNextRun(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	now := func() time.Time { return at }
	v := visitorAt(t, "", now)
	v.signIn(mycdPath)
	at = at.Add(59 * time.Minute)
	if page := v.get(mycdPath); page.url.Path != "/hz/mycd/myx" {
		t.Errorf("after 59 minutes: %s", page.url)
	}
	next := visitorAt(t, "", now) // another process, the same profile
	next.http.Jar = v.http.Jar
	if page := next.get(mycdPath); page.url.Path != "/hz/mycd/myx" {
		t.Errorf("in the next run: %s", page.url)
	}
	other := visitorAt(t, "captcha", now)
	other.http.Jar = v.http.Jar
	if page := other.get(mycdPath); page.url.Path != "/ap/signin" {
		t.Errorf("a sign-in was taken over into another scenario: %s", page.url)
	}
	at = at.Add(2 * time.Minute)
	page := v.get(mycdPath)
	if page.url.Path != "/ap/signin" || !strings.Contains(page.body, "ap_password") {
		t.Errorf("after 61 minutes: %s, want the password page", page.url)
	}
	if page := v.get("/"); !strings.Contains(page.body, "nav-rec ") {
		t.Error("home forgot the customer with the fresh sign-in")
	}
}

func TestOneTimeCodes(t *testing.T) {
	at := time.Unix(1_770_000_000, 0)
	v := visitorAt(t, "otp", func() time.Time { return at })
	page := v.signIn(mycdPath)
	if page.url.Path != "/ap/mfa" || !strings.Contains(page.body, `id="auth-mfa-otpcode"`) || strings.Contains(page.body, `rememberDevice" value="" checked`) {
		t.Fatalf("after the password: %s", page.url)
	}
	wrong := v.post("/ap/signin", fill(page, "otpCode", "000000"))
	if !strings.Contains(wrong.body, "auth-error-message-box") {
		t.Fatal("a wrong code is not rejected")
	}
	channel := v.get("/ap/mfa/new-otp?arb=" + fill(wrong).Get("workflowState"))
	if back := v.post("/ap/mfa/new-otp", fill(channel, "otpDeviceContext", "standin, TOTP")); back.url.Path != "/ap/mfa" {
		t.Errorf("choosing the app led to %s", back.url)
	}
	right := code(otpSecret, at)
	done := v.post("/ap/signin", fill(wrong, "otpCode", right, "rememberDevice", ""))
	if done.url.Path != "/hz/mycd/myx" {
		t.Fatalf("after the code: %s", done.url)
	}
	if r := v.site.Record(); r.Codes != (Attempts{2, 1}) {
		t.Errorf("codes %+v", r.Codes)
	}
	at = at.Add(2 * time.Hour)
	if page = v.get(mycdPath); page.url.Path != "/ap/signin" {
		t.Fatalf("two hours later: %s", page.url)
	}
	if done = v.post("/ap/signin", fill(page, "password", password)); done.url.Path != "/hz/mycd/myx" {
		t.Errorf("the remembered browser was asked again: %s", done.url)
	}
}

func TestAOneTimeCodeWorksOnce(t *testing.T) {
	at := time.Unix(1_770_000_000, 0)
	v := visitorAt(t, "otp", func() time.Time { return at })
	right := code(otpSecret, at)
	v.post("/ap/signin", fill(v.signIn(mycdPath), "otpCode", right))
	v.get("/gp/flex/sign-out.html")
	page := v.post("/ap/signin", fill(v.signIn(mycdPath), "otpCode", right))
	if !strings.Contains(page.body, "auth-error-message-box") {
		t.Error("a used code was taken again")
	}
	if r := v.site.Record(); r.SignOuts != 1 {
		t.Errorf("sign-outs: %d", r.SignOuts)
	}
}

// The codes of RFC 6238, appendix B, cut to six digits.
func TestCodesAreTheRFCs(t *testing.T) {
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 20000000000: "353130"} {
		if got := code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", time.Unix(at, 0)); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

func TestChecksForPeople(t *testing.T) {
	v := visitor0(t, "captcha")
	page := v.signIn(mycdPath)
	if !strings.Contains(page.body, `id="captchacharacters"`) || !strings.Contains(page.body, `action="/errors/validateCaptcha"`) {
		t.Fatalf("no picture after the password, at %s", page.url)
	}
	form := fill(page, "field-keywords", "WRONG")
	if page = v.get("/errors/validateCaptcha?" + form.Encode()); !strings.Contains(page.body, "captchacharacters") {
		t.Error("a wrong answer was taken")
	}
	form.Set("field-keywords", "unecho")
	if page = v.get("/errors/validateCaptcha?" + form.Encode()); page.url.Path != "/hz/mycd/myx" {
		t.Errorf("after the right answer: %s", page.url)
	}
	if r := v.site.Record(); r.Passwords.Sent != 1 {
		t.Errorf("%d passwords were needed", r.Passwords.Sent)
	}

	v = visitor0(t, "puzzle")
	if page = v.signIn(mycdPath); page.url.Path != "/ap/cvf/request" || !strings.Contains(page.body, "cvf-aamation-container") {
		t.Errorf("no puzzle, at %s", page.url)
	}

	v = visitor0(t, "continue-shopping")
	page = v.get("/")
	if strings.Contains(page.body, "captchacharacters") || !strings.Contains(page.body, "validateCaptcha") {
		t.Fatal("not the page with one button")
	}
	if page = v.get("/errors/validateCaptcha?" + fill(page).Encode()); page.url.Path != "/" || !strings.Contains(page.body, "navbar-main") {
		t.Error("the button did not lead home")
	}
}

func TestDoorsThatAreShutAtFirst(t *testing.T) {
	v := visitor0(t, "service-error")
	for i, want := range []int{503, 503, 200} {
		if page := v.get("/"); page.status != want {
			t.Errorf("visit %d: %d, want %d", i+1, page.status, want)
		}
	}
	v = visitor0(t, "waf")
	page := v.get("/")
	if page.status != 202 || !strings.Contains(page.body, "gokuProps") || !strings.Contains(page.body, "<title></title>") {
		t.Errorf("no challenge: %d", page.status)
	}
	u, _ := url.Parse(v.base)
	v.http.Jar.SetCookies(u, []*http.Cookie{{Name: "aws-waf-token", Value: "standin", Secure: true}})
	if page = v.get("/"); page.status != 200 || !strings.Contains(page.body, "navbar-main") {
		t.Error("the passed challenge is asked again")
	}
	v = visitor0(t, "stripped-once")
	if page = v.get("/"); !strings.Contains(page.body, "a-tablet") || strings.Contains(page.body, "accountListContent") {
		t.Error("home is not stripped")
	}
	if page = v.get("/"); !strings.Contains(page.body, "accountListContent") {
		t.Error("home stays stripped")
	}
	v = visitor0(t, "unknown-page")
	if page = v.signIn(mycdPath); page.url.Path != "/hz/mycd/myx" || strings.Contains(page.body, "nav-tabs myx-tabs") {
		t.Error("the devices are there")
	}
}
