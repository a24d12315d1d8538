using TorchSharp;
Console.WriteLine(torch.ones(2, 2).mm(torch.ones(2, 2)).sum().item<float>());
