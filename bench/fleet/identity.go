package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/url"
)

// newRequest makes a key and a certificate signing request for a SPIFFE ID, or for none.
func newRequest(id string) (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	var template x509.CertificateRequest
	if id != "" {
		uri, err := url.Parse(id)
		if err != nil {
			return nil, nil, err
		}
		template.URIs = []*url.URL{uri}
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &template, key)
	return key, csr, err
}

// serverTrust accepts the server of a trust domain alone, and presents what `present` has, if anything.
func serverTrust(trustDomain string, roots *x509.CertPool, present func() *tls.Certificate) *tls.Config {
	verify := func(raw [][]byte, _ [][]*x509.Certificate) error {
		chain := make([]*x509.Certificate, len(raw))
		for i, der := range raw {
			certificate, err := x509.ParseCertificate(der)
			if err != nil {
				return err
			}
			chain[i] = certificate
		}
		intermediates := x509.NewCertPool()
		for _, certificate := range chain[1:] {
			intermediates.AddCert(certificate)
		}
		options := x509.VerifyOptions{Roots: roots, Intermediates: intermediates, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
		if _, err := chain[0].Verify(options); err != nil {
			return err
		}
		if uris := chain[0].URIs; len(uris) != 1 || uris[0].String() != "spiffe://"+trustDomain+"/spire/server" {
			return errors.New("this is not the server")
		}
		return nil
	}
	return &tls.Config{
		InsecureSkipVerify:    true, // a SPIFFE ID is verified instead of a host name
		VerifyPeerCertificate: verify,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			if certificate := present(); certificate != nil {
				return certificate, nil
			}
			return &tls.Certificate{}, nil
		},
	}
}
