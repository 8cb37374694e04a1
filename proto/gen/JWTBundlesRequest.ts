// Original file: spiffe/workload/workloadapi.proto


export interface JWTBundlesRequest {
}

export interface JWTBundlesRequest__Output {
}
