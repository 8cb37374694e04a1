// Command workload is a workload written with go-spiffe: it does with a Workload API, at SPIFFE_ENDPOINT_SOCKET, what its
// first argument says, and prints what it got as lines.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const timeout = 20 * time.Second

var commands = map[string]func(ctx context.Context, args []string) error{
	"x509":     printX509,
	"jwt":      printJWT,
	"bundle":   printBundle,
	"validate": printValidation,
	"refusals": printRefusals,
	"watch":    watch,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fail(errors.New("usage: workload x509 | jwt AUDIENCE | bundle TRUST-DOMAIN | validate AUDIENCE TOKEN | refusals | watch"))
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if os.Args[1] != "watch" {
		bounded, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		ctx = bounded
	}
	if err := commands[os.Args[1]](ctx, os.Args[2:]); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// printX509 prints the SPIFFE ID that an X509Source gives, once the source's own bundle has verified the chain.
func printX509(ctx context.Context, _ []string) error {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return err
	}
	defer source.Close()
	svid, err := source.GetX509SVID()
	if err != nil {
		return err
	}
	id, _, err := x509svid.Verify(svid.Certificates, source)
	if err != nil {
		return err
	}
	fmt.Println(id)
	return nil
}

// printJWT prints the subject and the token of the JWT-SVID that a JWTSource fetches, once the source's own bundle has
// verified it.
func printJWT(ctx context.Context, args []string) error {
	source, err := workloadapi.NewJWTSource(ctx)
	if err != nil {
		return err
	}
	defer source.Close()
	fetched, err := source.FetchJWTSVID(ctx, jwtsvid.Params{Audience: args[0]})
	if err != nil {
		return err
	}
	verified, err := jwtsvid.ParseAndValidate(fetched.Marshal(), source, args[:1])
	if err != nil {
		return err
	}
	fmt.Println(verified.Claims["sub"])
	fmt.Println(fetched.Marshal())
	return nil
}

func printBundle(ctx context.Context, args []string) error {
	trustDomain, err := spiffeid.TrustDomainFromString(args[0])
	if err != nil {
		return err
	}
	source, err := workloadapi.NewBundleSource(ctx)
	if err != nil {
		return err
	}
	defer source.Close()
	bundle, err := source.GetBundleForTrustDomain(trustDomain)
	if err != nil {
		return err
	}
	fmt.Println(bundle.TrustDomain(), len(bundle.X509Authorities()), len(bundle.JWTAuthorities()))
	return nil
}

// printValidation prints the SPIFFE ID that the agent finds in somebody's JWT-SVID.
func printValidation(ctx context.Context, args []string) error {
	client, err := workloadapi.New(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	svid, err := client.ValidateJWTSVID(ctx, args[1], args[0])
	if err != nil {
		return err
	}
	fmt.Println(svid.ID)
	return nil
}

// printRefusals prints the status of every fetch, each on its own line.
func printRefusals(ctx context.Context, _ []string) error {
	client, err := workloadapi.New(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	_, x509 := client.FetchX509Context(ctx)
	_, x509Bundles := client.FetchX509Bundles(ctx)
	_, jwt := client.FetchJWTSVID(ctx, jwtsvid.Params{Audience: "nobody"})
	_, jwtBundles := client.FetchJWTBundles(ctx)
	for _, err := range []error{x509, x509Bundles, jwt, jwtBundles} {
		fmt.Printf("%s: %s\n", status.Code(err), status.Convert(err).Message())
	}
	return nil
}

type printer struct{}

func (printer) OnX509ContextUpdate(update *workloadapi.X509Context) {
	svid := update.DefaultSVID()
	fmt.Printf("%x %s\n", svid.Certificates[0].SerialNumber, svid.ID)
}

func (printer) OnX509ContextWatchError(err error) {
	if status.Code(err) != codes.Canceled {
		fmt.Fprintln(os.Stderr, err)
	}
}

// watch prints the serial number and the SPIFFE ID of each X.509 context, until it is told to end.
func watch(ctx context.Context, _ []string) error {
	err := workloadapi.WatchX509Context(ctx, printer{})
	if status.Code(err) == codes.Canceled {
		return nil
	}
	return err
}
