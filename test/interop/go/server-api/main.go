// Command server-api drives every RPC of SPIRE's server API, through SPIRE's own SDK, against a server that has just been
// started and whose admin socket, address and trust domain are its arguments. It prints each check as a line of JSON.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

const timeout = 100 * time.Second

func main() {
	if len(os.Args) != 4 {
		fail(errors.New("usage: server-api SOCKET ADDRESS TRUST-DOMAIN"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	env, err := newEnvironment(ctx, server{socket: os.Args[1], address: os.Args[2], trustDomain: os.Args[3]})
	if err != nil {
		fail(err)
	}
	s := newSuite(env)
	checkAgent(s)
	checkAttestation(s)
	checkEntries(s)
	checkAdminEnds(s)
	checkEntryFilters(s)
	checkEntryUpdates(s)
	checkAuthorizedEntries(s)
	checkBundles(s)
	checkFederatedBundles(s)
	checkMinting(s)
	checkWorkloadSVIDs(s)
	checkTrustDomains(s)
	checkOperations(s)
	checkController(s)
	checkAccess(s)
	// The last: it takes away what has signed the SVIDs of the other checks.
	checkAuthorities(s)
	s.checkCoverage()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
