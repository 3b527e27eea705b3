return args is ["health", .. var rest]
    ? await Dashboard.HealthProbe.RunAsync(rest)
    : await Dashboard.DashboardApp.RunAsync(args);
