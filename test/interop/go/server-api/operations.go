package main

import (
	debugv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/debug/v1"
	loggerv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/logger/v1"
	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

// checkOperations is of the services that the admin socket alone has.
func checkOperations(s *suite) {
	debug := debugv1.NewDebugClient(s.local)
	s.check("Debug/GetInfo", "DEBUG-INFO-01 shows the chain of the server, with its root", func(t *checking) {
		info := get[*debugv1.GetInfoResponse](t)(debug.GetInfo(t.ctx, &debugv1.GetInfoRequest{}))
		t.that(info.Uptime >= 0 && info.Uptime < 600, "the uptime is another's")
		t.that(info.AgentsCount > 0 && info.EntriesCount > 0 && info.FederatedBundlesCount > 0, "something is not counted")
		t.that(len(info.SvidChain) >= 2, "the root is missing")
		t.equal(info.SvidChain[0].Id, s.id("/spire/server"))
		t.equal(info.SvidChain[0].Subject, "O=SPIRE,C=US")
		t.equal(info.SvidChain[len(info.SvidChain)-1].Id, s.id(""))
		t.that(info.SvidChain[0].ExpiresAt > 0, "it never ends")
	})

	logger := loggerv1.NewLoggerClient(s.local)
	s.check("Logger/GetLogger", "LOGGER-LEVEL-01 shows both levels", func(t *checking) {
		t.equal(get[*types.Logger](t)(logger.GetLogger(t.ctx, &loggerv1.GetLoggerRequest{})), &types.Logger{CurrentLevel: types.LogLevel_INFO, LaunchLevel: types.LogLevel_INFO})
	})
	s.check("Logger/SetLogLevel", "LOGGER-LEVEL-01..02 changes the current level, and knows no level that is none", func(t *checking) {
		set := func(level types.LogLevel) (*types.Logger, error) {
			return logger.SetLogLevel(t.ctx, &loggerv1.SetLogLevelRequest{NewLevel: level})
		}
		t.equal(get[*types.Logger](t)(set(types.LogLevel_WARN)), &types.Logger{CurrentLevel: types.LogLevel_WARN, LaunchLevel: types.LogLevel_INFO})
		t.refused(errorOf(set(types.LogLevel_UNSPECIFIED)), codes.InvalidArgument, "newLevel value cannot be LogLevel_UNSPECIFIED")
		t.equal(status.Code(errorOf(set(99))), codes.InvalidArgument)
		t.equal(get[*types.Logger](t)(logger.GetLogger(t.ctx, &loggerv1.GetLoggerRequest{})).CurrentLevel, types.LogLevel_WARN)
	})
	s.check("Logger/ResetLogLevel", "LOGGER-LEVEL-01 goes back to the first", func(t *checking) {
		t.equal(get[*types.Logger](t)(logger.ResetLogLevel(t.ctx, &loggerv1.ResetLogLevelRequest{})).CurrentLevel, types.LogLevel_INFO)
	})

	health := healthv1.NewHealthClient(s.local)
	s.check("Health/Check", "HEALTH-CHECK-01 serves, as a whole", func(t *checking) {
		answer := get[*healthv1.HealthCheckResponse](t)(health.Check(t.ctx, &healthv1.HealthCheckRequest{}))
		t.equal(answer.Status, healthv1.HealthCheckResponse_SERVING)
		_, err := health.Check(t.ctx, &healthv1.HealthCheckRequest{Service: "x"})
		t.refused(err, codes.InvalidArgument, "per-service health is not supported")
	})
	s.check("Health/List", "HEALTH-OTHERS-01 is not implemented", func(t *checking) {
		t.equal(status.Code(errorOf(health.List(t.ctx, &healthv1.HealthListRequest{}))), codes.Unimplemented)
	})
	s.check("Health/Watch", "HEALTH-OTHERS-01 is not implemented", func(t *checking) {
		stream := get[healthv1.Health_WatchClient](t)(health.Watch(t.ctx, &healthv1.HealthCheckRequest{}))
		t.equal(status.Code(errorOf(stream.Recv())), codes.Unimplemented)
	})
}
