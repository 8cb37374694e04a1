// Original file: /work/main/proto/spiffe/workload/workloadapi.proto


export interface X509BundlesRequest {
}

export interface X509BundlesRequest__Output {
}
