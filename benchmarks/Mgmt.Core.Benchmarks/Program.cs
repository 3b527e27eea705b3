using BenchmarkDotNet.Running;
using Mgmt.Core.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(ByteCountBenchmark).Assembly).Run(args);
