// Original file: spiffe/workload/workloadapi.proto


export interface X509SVIDRequest {
}

export interface X509SVIDRequest__Output {
}
