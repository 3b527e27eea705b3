return await Dashboard.DashboardApp.RunAsync(args);
