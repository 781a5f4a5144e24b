using Gateway;

await GatewayHost.Build(args).RunAsync();
return 0;
