// Original file: /work/main/proto/spiffe/workload/workloadapi.proto


export interface JWTBundlesRequest {
}

export interface JWTBundlesRequest__Output {
}
