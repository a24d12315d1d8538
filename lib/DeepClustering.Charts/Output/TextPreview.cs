using System.Globalization;
using System.Net;
using static TorchSharp.torch;

namespace DeepClustering.Charts.Output;

/// <summary>Text that keeps its lines and spaces.</summary>
internal sealed class TextPreview(string text) : INotebookOutput
{
    /// <summary>A tensor's shape, dtype and device, and its outermost values; what lies between is not read.</summary>
    /// <param name="tensor">Any tensor; it stays the caller's and may be disposed.</param>
    public static TextPreview Of(Tensor tensor)
    {
        if (tensor.IsInvalid)
        {
            return new("torch.Tensor, disposed");
        }

        string kind = $"torch.Tensor ({string.Join(", ", tensor.shape)}), {tensor.dtype}, {tensor.device}";
        if (tensor.numel() == 0 || tensor.device_type == TorchSharp.DeviceType.META || tensor.is_sparse)
        {
            return new(kind);
        }

        using var scope = NewDisposeScope();
        // At most a matrix: the first one of all there are.
        var values = tensor.dim() == 0 ? tensor.reshape(1) : tensor;
        string first = "";
        for (; values.dim() > 2; values = values[0])
        {
            first += "0, ";
        }

        string at = first.Length > 0 ? $"[{first}:, :] =\n" : "";
        return new($"{kind}\n{at}{values.ToString(TorchSharp.TensorStringStyle.Numpy, cultureInfo: CultureInfo.InvariantCulture, newLine: "\n")}");
    }

    public override string ToString() => text;

    string INotebookOutput.ToHtml() => $"<pre>{WebUtility.HtmlEncode(text)}</pre>";
}
