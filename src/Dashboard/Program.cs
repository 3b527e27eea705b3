await Dashboard.DashboardApp.Create(new WebApplicationOptions { Args = args }).RunAsync();
