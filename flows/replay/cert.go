package replay

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net"
	"strings"
	"sync"
	"time"
)

// maxNames bounds the certificates kept; a page that invents host names gets
// fresh ones, slower.
const maxNames = 512

// runKey is the key of one run and the certificates made with it, one a host
// name. It lives in memory only: nothing that was ever told to trust it trusts
// anything after the run.
type runKey struct {
	key   *ecdsa.PrivateKey
	spki  string
	mu    sync.Mutex
	certs map[string]*tls.Certificate
}

func newRunKey() (*runKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(der)
	return &runKey{key: key, spki: base64.StdEncoding.EncodeToString(sum[:]), certs: map[string]*tls.Certificate{}}, nil
}

// certificate is the tls.Config.GetCertificate of the run: one for the name asked.
func (k *runKey) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := strings.ToLower(hello.ServerName)
	if name == "" {
		name = "127.0.0.1"
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if c, ok := k.certs[name]; ok {
		return c, nil
	}
	c, err := k.issue(name)
	if err != nil {
		return nil, err
	}
	if len(k.certs) < maxNames {
		k.certs[name] = c
	}
	return c, nil
}

func (k *runKey) issue(name string) (*tls.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	t := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{Organization: []string{"unecho replay"}},
		NotBefore:    now.Add(-24 * time.Hour),
		NotAfter:     now.Add(7 * 24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(name); ip != nil {
		t.IPAddresses = []net.IP{ip}
	} else {
		t.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &k.key.PublicKey, k.key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: k.key, Leaf: leaf}, nil
}
