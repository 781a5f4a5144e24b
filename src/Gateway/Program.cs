using Gateway.Commands;

return await GatewayCommand.Create(
    RunCommand.Create(),
    CheckCommand.Create(),
    KeyCommand.Create()).Parse(args).InvokeAsync();
