package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net/url"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	agentv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/agent/v1"
	bundlev1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/bundle/v1"
	entryv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/entry/v1"
	svidv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/svid/v1"
	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

type server struct{ socket, address, trustDomain string }

// environment is a server and a connection for each kind of caller.
type environment struct {
	server
	ctx                                        context.Context
	calls                                      *calls
	bundle                                     *x509bundle.Bundle
	local, anonymous, agent, admin, downstream *grpc.ClientConn
	agentID                                    *types.SPIFFEID
}

func newEnvironment(ctx context.Context, at server) (*environment, error) {
	env := &environment{server: at, ctx: ctx, calls: &calls{}}
	options := append(env.calls.options(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	local, err := grpc.NewClient("unix:"+at.socket, options...)
	if err != nil {
		return nil, err
	}
	env.local = local
	own, err := bundlev1.NewBundleClient(local).GetBundle(ctx, &bundlev1.GetBundleRequest{})
	if err != nil {
		return nil, err
	}
	env.bundle = x509bundle.New(spiffeid.RequireTrustDomainFromString(at.trustDomain))
	for _, authority := range own.X509Authorities {
		certificate, err := x509.ParseCertificate(authority.Asn1)
		if err != nil {
			return nil, err
		}
		env.bundle.AddX509Authority(certificate)
	}
	if env.anonymous, err = env.connect(nil); err != nil {
		return nil, err
	}
	svid, err := env.newAgent()
	if err != nil {
		return nil, err
	}
	env.agentID = &types.SPIFFEID{TrustDomain: at.trustDomain, Path: svid.ID.Path()}
	if env.agent, err = env.connect(svid); err != nil {
		return nil, err
	}
	if env.admin, err = env.connectWorkload(&types.Entry{SpiffeId: env.id("/admin"), Admin: true}); err != nil {
		return nil, err
	}
	env.downstream, err = env.connectWorkload(&types.Entry{SpiffeId: env.id("/downstream"), Downstream: true})
	return env, err
}

func (env *environment) id(path string) *types.SPIFFEID {
	return &types.SPIFFEID{TrustDomain: env.trustDomain, Path: path}
}

// connect dials the TCP port, and shows the SVID if there is one.
func (env *environment) connect(svid *x509svid.SVID) (*grpc.ClientConn, error) {
	authorize := tlsconfig.AuthorizeID(spiffeid.RequireFromString("spiffe://" + env.trustDomain + "/spire/server"))
	config := tlsconfig.TLSClientConfig(env.bundle, authorize)
	if svid != nil {
		config = tlsconfig.MTLSClientConfig(svid, env.bundle, authorize)
	}
	options := append(env.calls.options(), grpc.WithTransportCredentials(credentials.NewTLS(config)))
	return grpc.NewClient(env.address, options...)
}

// connectWorkload is a connection of a workload whose rights are those of a new entry.
func (env *environment) connectWorkload(entry *types.Entry) (*grpc.ClientConn, error) {
	entry.ParentId = env.id("/operators")
	entry.Selectors = []*types.Selector{{Type: "unix", Value: "uid:0"}}
	request := &entryv1.BatchCreateEntryRequest{Entries: []*types.Entry{entry}}
	if _, err := entryv1.NewEntryClient(env.local).BatchCreateEntry(env.ctx, request); err != nil {
		return nil, err
	}
	key := newKey()
	csr := newCSR(key, &x509.CertificateRequest{URIs: []*url.URL{uriOf(entry.SpiffeId)}})
	minted, err := svidv1.NewSVIDClient(env.local).MintX509SVID(env.ctx, &svidv1.MintX509SVIDRequest{Csr: csr})
	if err != nil {
		return nil, err
	}
	svid, err := svidOf(minted.Svid, key)
	if err != nil {
		return nil, err
	}
	return env.connect(svid)
}

// newToken is a new join token.
func (env *environment) newToken(alias *types.SPIFFEID) (string, error) {
	request := &agentv1.CreateJoinTokenRequest{Ttl: 600, AgentId: alias}
	token, err := agentv1.NewAgentClient(env.local).CreateJoinToken(env.ctx, request)
	return token.GetValue(), err
}

// newAgent attests an agent with a join token of its own.
func (env *environment) newAgent() (*x509svid.SVID, error) {
	token, err := env.newToken(nil)
	if err != nil {
		return nil, err
	}
	return env.join(token)
}

func (env *environment) join(token string) (*x509svid.SVID, error) {
	key := newKey()
	answer, err := env.attest(joinParams(token, newCSR(key, &x509.CertificateRequest{})))
	if err != nil {
		return nil, err
	}
	return svidOf(answer.GetResult().GetSvid(), key)
}

func joinParams(token string, csr []byte) *agentv1.AttestAgentRequest {
	return &agentv1.AttestAgentRequest{Step: &agentv1.AttestAgentRequest_Params_{
		Params: &agentv1.AttestAgentRequest_Params{
			Data:   &types.AttestationData{Type: "join_token", Payload: []byte(token)},
			Params: &agentv1.AgentX509SVIDParams{Csr: csr},
		},
	}}
}

// attest sends one message on AttestAgent and reads the answer.
func (env *environment) attest(request *agentv1.AttestAgentRequest) (*agentv1.AttestAgentResponse, error) {
	stream, err := agentv1.NewAgentClient(env.anonymous).AttestAgent(env.ctx)
	if err != nil {
		return nil, err
	}
	if err := stream.Send(request); err != nil {
		return nil, err
	}
	answer, err := stream.Recv()
	_ = stream.CloseSend()
	return answer, err
}

func svidOf(message *types.X509SVID, key crypto.Signer) (*x509svid.SVID, error) {
	certificates, err := parseChain(message.GetCertChain())
	if err != nil {
		return nil, err
	}
	id, err := x509svid.IDFromCert(certificates[0])
	return &x509svid.SVID{ID: id, Certificates: certificates, PrivateKey: key}, err
}

func parseChain(chain [][]byte) ([]*x509.Certificate, error) {
	var certificates []*x509.Certificate
	for _, der := range chain {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		certificates = append(certificates, certificate)
	}
	return certificates, nil
}

func uriOf(id *types.SPIFFEID) *url.URL {
	return &url.URL{Scheme: "spiffe", Host: id.TrustDomain, Path: id.Path}
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		fail(err)
	}
	return key
}

func newCSR(key crypto.Signer, template *x509.CertificateRequest) []byte {
	if template.Subject.String() == "" {
		template.Subject = pkix.Name{Country: []string{"US"}, Organization: []string{"SPIRE"}}
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		fail(err)
	}
	return csr
}

// newRoot is a certificate of an authority of this trust domain.
func newRoot(trustDomain string) []byte {
	key := newKey()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: trustDomain},
		URIs:                  []*url.URL{{Scheme: "spiffe", Host: trustDomain}},
		NotBefore:             time.Now().Add(-time.Minute),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		fail(err)
	}
	return der
}

func newJWTKey(keyID string) *types.JWTKey {
	der, err := x509.MarshalPKIXPublicKey(newKey().Public())
	if err != nil {
		fail(err)
	}
	return &types.JWTKey{KeyId: keyID, PublicKey: der, ExpiresAt: time.Now().Add(time.Hour).Unix()}
}

type connection = grpc.ClientConn
type agentSVID = x509svid.SVID
